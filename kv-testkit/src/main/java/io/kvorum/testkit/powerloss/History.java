// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run, sorted into the lives of files and directories and the changes of names.
 * Immutable after construction.
 */
final class History {

  final Node root;
  final List<Node> nodes = new ArrayList<>();
  final List<NameChange> nameChanges = new ArrayList<>();
  final Set<String> unrecordedFiles = new TreeSet<>();

  /* Used while building only. */
  private final Map<Long, Node> byInode = new HashMap<>();
  private final Map<Long, String> pathOfInode = new HashMap<>();
  private final Names names;
  private final Map<Integer, Integer> flagsOfBegin = new HashMap<>();
  private final Predicate<String> deaf;

  /**
   * Sorts the events.
   *
   * @param deaf the files, by the path they were created under, whose syncs keep nothing
   */
  History(List<Event> events, Predicate<String> deaf) throws IOException {
    this.deaf = deaf;
    root = node(true, 0, events.get(0).file());
    names = new Names(root);
    for (int at = 1; at < events.size(); at++) {
      add(at, events.get(at));
    }
  }

  private void add(int at, Event event) throws IOException {
    switch (event.kind()) {
      case ROOT -> throw new IOException("a second root at event " + at);
      case CREATE -> create(at, event, false);
      case MKDIR -> create(at, event, true);
      case WRITE -> known(at, event).write(at, event.offset(), event.first());
      case TRUNCATE -> known(at, event).truncate(at, event.length());
      case ALLOCATE -> known(at, event).allocate(at, event.length());
      case SYNC_BEGIN -> flagsOfBegin.put(at, event.flags());
      case SYNC_END -> endSync(at, event);
      case RENAME -> rename(at, path(event.first()), path(event.second()));
      case LINK -> change(at, entry(path(event.second()), at(at, path(event.first()))));
      case UNLINK, RMDIR -> change(at, entry(path(event.first()), null));
      case ACK -> {}
      case STDIO -> {
        String path = pathOfInode.get(event.file());
        unrecordedFiles.add(path == null ? "inode " + event.file() : path);
      }
    }
  }

  private void endSync(int at, Event event) throws IOException {
    int begin = Math.toIntExact(event.offset());
    Integer flags = flagsOfBegin.remove(begin);
    if (flags == null) {
      throw new IOException("the sync that ends at event " + at + " never began");
    }
    Node node = known(at, event);
    String path = pathOfInode.get(event.file());
    if (path == null || !deaf.test(path)) {
      node.syncs.add(new Node.Sync(begin, at, flags != 0));
    }
  }

  private void create(int at, Event event, boolean directory) throws IOException {
    String path = path(event.first());
    pathOfInode.put(event.file(), path);
    change(at, entry(path, node(directory, at, event.file())));
  }

  private void rename(int at, String from, String to) throws IOException {
    change(at, entry(from, null), entry(to, at(at, from)));
  }

  private void change(int at, NameChange.Entry... entries) {
    NameChange change = new NameChange(at, List.of(entries));
    nameChanges.add(change);
    names.apply(change);
  }

  private NameChange.Entry entry(String path, @Nullable Node node) throws IOException {
    int slash = path.lastIndexOf('/');
    Node directory = names.find(slash < 0 ? "" : path.substring(0, slash));
    if (directory == null) {
      throw new IOException("no directory is known for " + path);
    }
    return new NameChange.Entry(directory, path.substring(slash + 1), node);
  }

  private Node at(int at, String path) throws IOException {
    Node node = names.find(path);
    if (node == null) {
      throw new IOException("event " + at + " names an unknown file: " + path);
    }
    return node;
  }

  private Node known(int at, Event event) throws IOException {
    Node node = byInode.get(event.file());
    if (node == null) {
      throw new IOException("event " + at + " is about an unknown file: " + event.kind());
    }
    return node;
  }

  private Node node(boolean directory, int at, long inode) {
    Node node = new Node(directory, at);
    nodes.add(node);
    byInode.put(inode, node);
    return node;
  }

  private static String path(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
