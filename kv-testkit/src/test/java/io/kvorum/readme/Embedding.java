// SPDX-License-Identifier: Apache-2.0
package io.kvorum.readme;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.Commit;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.raft.KvNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The example of the README; what stands between the two marks stands there too. */
final class Embedding {

  private Embedding() {}

  static String run(Path data, String group) {
    // README begins
    List<KvNode> nodes = new ArrayList<>();
    for (String id : List.of("n1", "n2", "n3")) {
      nodes.add(KvNode.builder().dataDir(data.resolve(id)).peer(id).group(group).start());
    }
    ReplicatedKv kv = nodes.get(0).kv();
    Commit commit = kv.put("greeting".getBytes(UTF_8), "hello".getBytes(UTF_8));
    byte[] read = nodes.get(2).kv().get("greeting".getBytes(UTF_8)); // linearizable, anywhere
    String result = new String(read, UTF_8) + ", at log index " + commit.position().index();
    nodes.forEach(KvNode::close);
    // README ends
    return result;
  }
}
