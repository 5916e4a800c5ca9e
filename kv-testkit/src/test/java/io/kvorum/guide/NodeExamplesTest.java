// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.raft.KvNode;
import io.kvorum.raft.ReplicaCheck;
import io.kvorum.testkit.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of replicas, all on one. */
class NodeExamplesTest {

  @TempDir Path folder;

  private final byte[] key = "user/1".getBytes(UTF_8);
  private final byte[] value = "Ada".getBytes(UTF_8);

  @Test
  void aReplica() {
    Path dir = folder.resolve("data");
    assertThat(written(dir)).isEqualTo(value);
    assertThat(problems(dir)).isEmpty();
  }

  private byte[] written(Path dir) {
    // javadoc: KvNode
    try (KvNode node = KvNode.open(dir)) {
      node.localStore().putAt(key, value, 1, 0); // of this replica alone
      node.kv().put(key, value);
      return node.kv().get(key);
    }
    // javadoc ends
  }

  @Test
  void aGroup() {
    Path dir = folder.resolve("n1");
    // javadoc: FreePorts
    Object[] ports = FreePorts.choose(3).toArray();
    String group = String.format("n1=127.0.0.1:%d,n2=127.0.0.1:%d,n3=127.0.0.1:%d", ports);
    KvNode.Builder n1 = KvNode.builder().dataDir(dir).group(group).peer("n1");
    // javadoc ends
    assertThat(ports).doesNotHaveDuplicates();
    assertThat(n1).isNotNull();
  }

  private static List<String> problems(Path dir) {
    List<String> problems = new ArrayList<>();
    // javadoc: ReplicaCheck
    for (ReplicaCheck.Part part : ReplicaCheck.check(dir)) { // the replica is closed
      for (String problem : part.report().problems()) {
        problems.add(part.path() + ": " + problem);
      }
    }
    // javadoc ends
    return problems;
  }
}
