// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.SyncMode;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.powerloss.Acknowledgements;
import java.nio.file.Path;
import java.util.List;

/**
 * Judges, where the disk can be seen, what a child has left: root, kind, mode, seed, steps, what it
 * had acknowledged. It answers with two acknowledgements: what is wrong, and how many entries were
 * lost that the log would replay.
 */
final class JudgeChild {

  static final String STORE = "store";
  static final String GROUP = "group";

  private JudgeChild() {}

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    SyncMode mode = SyncMode.valueOf(args[2]);
    long seed = Long.parseLong(args[3]);
    List<String> acknowledged =
        Acknowledgements.read(Path.of(args[5])).stream().map(a -> new String(a, UTF_8)).toList();
    String wrong;
    long lost = 0;
    if (args[1].equals(GROUP)) {
      wrong = new GroupVerdict(mode, GroupRun.script(false, seed)).of(root, acknowledged);
    } else {
      Script script = Script.of(seed, Integer.parseInt(args[4]));
      Path store = root.resolve(StoreChild.STORE);
      wrong = new StoreVerdict(mode, script, false, script.steps().size()).of(store, acknowledged);
      int groups = (int) acknowledged.stream().filter(a -> a.startsWith(StoreChild.GROUP)).count();
      try (RocksMvccStore found = RocksMvccStore.open(store, StoreChild.options(mode))) {
        lost = script.lastIndexOfGroup(groups) - Math.max(0, found.appliedPosition().index());
      }
    }
    try (Acknowledgements answer = Acknowledgements.open()) {
      answer.record(wrong + " ");
      answer.record(Long.toString(lost));
    }
    System.exit(0);
  }
}
