// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The watched directory as a power loss at one place of a run could have left it. Immutable; all
 * threads.
 *
 * <p>Example: {@link RecordedRun}.
 */
public final class CrashState {

  private final Node root;
  private final Cut cut;
  private final String description;
  private final List<byte[]> acknowledged;
  private final Names found;
  private final long lostBytes;

  CrashState(History history, Cut cut, String description, List<byte[]> acknowledged) {
    this.root = history.root;
    this.cut = cut;
    this.description = description;
    this.acknowledged = acknowledged;
    this.found = new Names(root);
    Names before = new Names(root);
    for (NameChange change : history.nameChanges) {
      if (change.at() < cut.at()) {
        before.apply(change);
      }
      if (cut.keeps(change)) {
        found.apply(change);
      }
    }
    this.lostBytes = count(before);
  }

  private long count(Names before) {
    var reachable = found.files();
    long lost = 0;
    for (Node file : before.files()) {
      if (reachable.contains(file)) {
        lost += new FoundContent(file, cut).lostBytes();
      } else {
        for (Node.Change change : file.changes) {
          lost += change.at() < cut.at() ? change.bytes().length : 0;
        }
      }
    }
    return lost;
  }

  /** What the child had acknowledged before the crash, in order. The arrays are shared: read. */
  public List<byte[]> acknowledged() {
    return acknowledged;
  }

  /**
   * How many bytes of returned writes to files that had a name at the crash are not found in it.
   * Above 0: something that was not synced was really lost.
   */
  public long lostBytes() {
    return lostBytes;
  }

  /**
   * Writes the state into a directory.
   *
   * @param directory does not exist or is empty; its parent exists
   */
  public void materialize(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(directory);
    }
    write(root, directory, new HashMap<>());
  }

  private void write(Node directory, Path path, Map<Node, Path> written) throws IOException {
    for (Map.Entry<String, Node> entry : found.entriesOf(directory).entrySet()) {
      Node node = entry.getValue();
      Path target = path.resolve(entry.getKey());
      Path first = written.putIfAbsent(node, target);
      if (node.directory) {
        if (first == null) { // half of a move is never found twice
          Files.createDirectory(target);
          write(node, target, written);
        }
      } else if (first != null) {
        Files.createLink(target, first);
      } else {
        Files.write(target, new FoundContent(node, cut).bytes());
      }
    }
  }

  /** Everything needed to build this state again from the same run. */
  @Override
  public String toString() {
    return description;
  }
}
