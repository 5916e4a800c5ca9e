// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeBuilderTest {

  @Test
  void describesAGroupOfOneByDefault() {
    NodeBuilder builder = new NodeBuilder();
    builder.dataDir(Path.of("x"));
    NodeSettings settings = builder.settings();
    assertThat(settings.members()).containsExactly(new Member("n1", "127.0.0.1", 0));
    assertThat(settings.withPort(7).self().address()).isEqualTo("127.0.0.1:7");
  }

  @Test
  void takesTheModeOverTheStoreOptions() {
    NodeBuilder builder = new NodeBuilder();
    builder
        .dataDir(Path.of("x"))
        .fsmSyncMode(SyncMode.NOSYNC)
        .storeOptions(StoreOptions.defaults().withFsmSyncMode(SyncMode.SYNC));
    assertThat(builder.settings().storeOptions().fsmSyncMode()).isEqualTo(SyncMode.NOSYNC);
  }

  @Test
  void keepsClustersApart() {
    NodeBuilder one = new NodeBuilder();
    NodeBuilder other = new NodeBuilder();
    one.dataDir(Path.of("x")).cluster("one");
    other.dataDir(Path.of("x")).cluster("other");
    assertThat(one.settings().raftGroup().getGroupId())
        .isNotEqualTo(other.settings().raftGroup().getGroupId());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "n1=127.0.0.1:1,n1=127.0.0.1:2; n1 is in the group twice",
        "n1=127.0.0.1:1,n2=127.0.0.1:1; have the same address 127.0.0.1:1",
        "n1=127.0.0.1:1,; is not of the form id=host:port",
        "127.0.0.1:1; is not of the form id=host:port",
        "n1=127.0.0.1; is not of the form host:port",
        "n1=127.0.0.1:0; allowed are 1 to 65535",
        "n1=127.0.0.1:65536; allowed are 1 to 65535",
        "n1=127.0.0.1:x; allowed are 1 to 65535",
        "n1=::1:80; write IPv6 as",
        "n 1=127.0.0.1:80; peer id"
      })
  void refusesABadGroup(String group, String why) {
    assertThatThrownBy(() -> KvNode.builder().group(group))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    refused(b -> {}, "dataDir");
    refused(b -> b.dataDir(Path.of("x")).group("n1=127.0.0.1:1"), "peer is missing");
    refused(
        b -> b.dataDir(Path.of("x")).peer("n2", "127.0.0.1:2").group("n1=127.0.0.1:1"),
        "n2 is not in the group");
    refused(
        b -> b.dataDir(Path.of("x")).peer("n1", "127.0.0.1:2").group("n1=127.0.0.1:1"),
        "the group says 127.0.0.1:1");
    refused(b -> b.dataDir(Path.of("x")).peer("n1", "host.invalid:2"), "is not known");
    refused(b -> b.dataDir(Path.of("x")).peer("n1", "0.0.0.0:2"), "insecureTransport()");
    refused(
        b -> b.electionTimeout(Duration.ofSeconds(2), Duration.ofSeconds(1)), "electionTimeout");
    refused(b -> b.requestTimeout(Duration.ofHours(2)), "requestTimeout");
    refused(b -> b.checkpointEvery(0), "checkpointEvery");
    refused(b -> b.checkpointBytes(1_000), "checkpointBytes is 1000, it must be at least 1048576");
    refused(b -> b.retention(Duration.ofMillis(999)), "retention is PT0.999S, allowed are PT1S");
    refused(b -> b.retention(Duration.ofDays(40_000)), "retention");
    refused(
        b -> b.uploadTimeToLive(Duration.ofMillis(999)),
        "uploadTimeToLive is PT0.999S, allowed are PT1S to PT24H");
    refused(b -> b.maxInFlight(0, 1), "maxInFlight");
    refused(b -> b.cluster(" "), "cluster");
    refused(
        b -> b.storeOptions(StoreOptions.defaults().withMaxValueBytes(1 << 29)), "maxValueBytes");
  }

  @Test
  void listensElsewhereWhenToldTo() {
    NodeBuilder builder = new NodeBuilder();
    builder.dataDir(Path.of("x")).peer("n1", "0.0.0.0:2").insecureTransport();
    assertThat(builder.settings().self().host()).isEqualTo("0.0.0.0");
  }

  private static void refused(Consumer<KvNode.Builder> description, String why) {
    NodeBuilder builder = new NodeBuilder();
    assertThatThrownBy(
            () -> {
              description.accept(builder);
              builder.settings();
            })
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining(why);
  }
}
