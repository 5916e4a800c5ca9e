// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What one crash keeps: for each change, yes or no. Every choice is an event index, its moment:
 * what is durable is kept, and of the rest what came before the moment. Immutable after
 * construction.
 */
final class Cut {

  static final int PAGE_BYTES = 4096;

  private final int at;
  private final DirectoryModel model;
  private final Survivors survivors;
  private final long seed;

  /** Journalled changes before this event are durable; 0 under STRICT. */
  private final int carried;

  /** For all but PAGES: the moment of everything. */
  private final int moment;

  /** How much of the write at the moment itself is found, from 0 to 1, exclusive. */
  private final double torn;

  private final Map<Node, Integer> durableBefore = new HashMap<>();
  private final Map<Node, Integer> numbers = new HashMap<>();

  Cut(History history, int at, DirectoryModel model, Survivors survivors, long seed) {
    this.at = at;
    this.model = model;
    this.survivors = survivors;
    this.seed = seed;
    int journal = 0;
    for (Node node : history.nodes) {
      numbers.put(node, numbers.size());
      durableBefore.put(node, node.durableBefore(at));
      if (model == DirectoryModel.ORDERED) {
        journal = Math.max(journal, node.carriedBefore(at));
      }
    }
    carried = journal;
    Random random = new Random(seed);
    torn = random.nextDouble();
    moment =
        switch (survivors) {
          case NONE -> 0;
          case ALL -> at;
          case PREFIX -> pick(undurable(history), random);
          case PAGES -> 0;
        };
  }

  /** The index of the crash. */
  int at() {
    return at;
  }

  boolean isDurable(NameChange change) {
    if (model == DirectoryModel.ORDERED) {
      return change.at() < carried;
    }
    return change.entries().stream().anyMatch(e -> change.at() < durable(e.directory()));
  }

  boolean isDurable(Node file, Node.Change change) {
    return change.at() < durable(file)
        || (change.kind() != Node.Kind.WRITE && change.at() < carried);
  }

  boolean keeps(NameChange change) {
    if (change.at() >= at) {
      return false;
    }
    if (isDurable(change)) {
      return true;
    }
    if (survivors != Survivors.PAGES) {
      return change.at() < moment;
    }
    if (model == DirectoryModel.ORDERED) {
      return change.at() < momentOf(-1, -1); // one journal, one moment
    }
    return change.entries().stream()
        .anyMatch(e -> change.at() < momentOf(number(e.directory()), -1));
  }

  /** The moment of one page of a file; page -1 is the file's size. */
  int momentOf(Node file, long page) {
    return survivors == Survivors.PAGES ? momentOf(number(file), page) : moment;
  }

  /** How many bytes of a write that is not kept are found all the same: a torn write. */
  int tornBytes(Node.Change change) {
    boolean last = survivors == Survivors.PREFIX && change.at() == moment;
    return last ? (int) (torn * change.bytes().length) : 0;
  }

  private int durable(Node node) {
    return durableBefore.getOrDefault(node, 0);
  }

  private int number(Node node) {
    return numbers.getOrDefault(node, -2);
  }

  /*
   * A moment of its own, from a mixed hash (SplitMix64's finalizer) instead of a random stream, so
   * that it does not depend on the order of the questions. Half of the moments are spread over the
   * whole run, a quarter each are "never written back" and "written back just before the crash".
   */
  private int momentOf(int number, long page) {
    long z = seed + 0x9E3779B97F4A7C15L * (number * 1_000_003_001L + page + 3);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return switch ((int) (z & 3)) {
      case 0 -> 0;
      case 1 -> at;
      default -> (int) ((z >>> 2) % (at + 1L));
    };
  }

  private List<Integer> undurable(History history) {
    List<Integer> events = new ArrayList<>();
    for (Node file : history.nodes) {
      for (Node.Change change : file.changes) {
        if (change.at() < at && !isDurable(file, change)) {
          events.add(change.at());
        }
      }
    }
    for (NameChange change : history.nameChanges) {
      if (change.at() < at && !isDurable(change)) {
        events.add(change.at());
      }
    }
    return events;
  }

  private int pick(List<Integer> events, Random random) {
    int choice = random.nextInt(events.size() + 1);
    return choice == events.size() ? at : events.get(choice);
  }
}
