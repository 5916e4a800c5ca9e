// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreCorruptException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory has one owner for good. */
@Timeout(60)
class ReplicaIdentityTest {

  private static final byte[] KEY = "k".getBytes(UTF_8);

  @TempDir Path folder;
  private Path dir;

  @BeforeEach
  void use() {
    dir = folder.resolve("data");
    try (KvNode node = start("a: \n#b", "n1")) {
      assertThat(node.kv().put(KEY, KEY).timestamp()).isPositive();
    }
  }

  /* On any free port as n1; as another one it gets no further than to its directory. */
  private KvNode start(String cluster, String id) {
    KvNode.Builder builder = KvNode.builder().dataDir(dir).cluster(cluster);
    return (id.equals("n1") ? builder : builder.peer(id, "127.0.0.1:1")).start();
  }

  @Test
  void itsOwnerFindsItsDataAgain() {
    try (KvNode node = start("a: \n#b", "n1")) {
      assertThat(node.kv().get(KEY)).isEqualTo(KEY);
    }
  }

  @Test
  void anotherClusterAndAnotherReplicaAreRefusedAndChangeNothing() {
    assertThatThrownBy(() -> start("b", "n1"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("of replica n1 of cluster a: \n#b; this is replica n1 of cluster b");
    assertThatThrownBy(() -> start("a: \n#b", "n2"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("this is replica n2 of cluster a: \n#b");
    itsOwnerFindsItsDataAgain();
  }

  @Test
  void aUsedDirectoryThatDoesNotSayWhoseItIsIsRefused() throws IOException {
    Files.delete(dir.resolve(ReplicaIdentity.FILE));
    assertThatThrownBy(() -> start("a: \n#b", "n1"))
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("IDENTITY is missing");
    assertThat(dir.resolve(ReplicaIdentity.FILE)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cluster=a", "replica=n1", "cluster=\\\\u00zz"})
  void aDamagedFileIsRefused(String text) throws IOException {
    Path file = Files.writeString(dir.resolve(ReplicaIdentity.FILE), text);
    assertThatThrownBy(() -> start("a: \n#b", "n1"))
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("does not say whose data this is");
    assertThat(file).hasContent(text);
  }

  @Test
  void aFileThatIsNoTextIsRefused() throws IOException {
    Files.write(dir.resolve(ReplicaIdentity.FILE), new byte[] {(byte) 0xFF, (byte) 0xFE});
    assertThatThrownBy(() -> start("a: \n#b", "n1"))
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("does not say whose data this is");
  }

  /** As after a crash that came before the file had its name. */
  @Test
  void aStartThatWasCutShortIsRepeated() throws IOException {
    dir = Files.createDirectory(folder.resolve("new"));
    Files.writeString(dir.resolve(ReplicaIdentity.FILE + ".tmp"), "clus");
    Files.createFile(dir.resolve("LOCK"));
    try (KvNode node = start("a", "n1")) {
      assertThat(node.kv().put(KEY, KEY).timestamp()).isPositive();
    }
    assertThatThrownBy(() -> start("a", "n7")).isInstanceOf(InvalidArgumentException.class);
  }
}
