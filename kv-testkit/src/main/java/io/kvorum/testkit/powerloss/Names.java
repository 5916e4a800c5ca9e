// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tree of names below one root: for every directory, its entries. A directory whose own entry
 * is gone keeps its entries and cannot be reached. One thread.
 */
final class Names {

  private final Node root;
  private final Map<Node, TreeMap<String, Node>> entries = new HashMap<>();

  Names(Node root) {
    this.root = root;
  }

  void apply(NameChange change) {
    for (NameChange.Entry entry : change.entries()) {
      TreeMap<String, Node> directory =
          entries.computeIfAbsent(entry.directory(), d -> new TreeMap<>());
      Node node = entry.node();
      if (node == null) {
        directory.remove(entry.name());
      } else {
        directory.put(entry.name(), node);
      }
    }
  }

  Map<String, Node> entriesOf(Node directory) {
    return entries.getOrDefault(directory, new TreeMap<>());
  }

  /** The node at a path with "/" between its names, the empty path being the root; null if none. */
  @Nullable Node find(String path) {
    Node node = root;
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty()) {
        Node next = entriesOf(node).get(name);
        if (next == null) {
          return null;
        }
        node = next;
      }
    }
    return node;
  }

  /** Every file that can be reached from the root. */
  Set<Node> files() {
    Set<Node> files = new HashSet<>();
    collect(root, files, new HashSet<>());
    return files;
  }

  private void collect(Node directory, Set<Node> files, Set<Node> seen) {
    if (!seen.add(directory)) {
      return;
    }
    for (Node node : entriesOf(directory).values()) {
      if (node.directory) {
        collect(node, files, seen);
      } else {
        files.add(node);
      }
    }
  }
}
