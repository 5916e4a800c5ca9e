// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import io.kvorum.api.KeyValue;
import io.kvorum.api.SyncMode;
import io.kvorum.testkit.process.ReplicaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** One run of the demo, from the first entry to the report. */
final class DemoRun {

  private static final Duration FAIL_OVER = Duration.ofSeconds(60);

  private final Group group;
  private final Path folder;
  private final SyncMode syncMode;
  private final Progress progress;
  private final List<KeyValue> acknowledged = Collections.synchronizedList(new ArrayList<>());
  private final Loader loader;

  DemoRun(Group group, Path folder, SyncMode syncMode, Progress progress) {
    this.group = group;
    this.folder = folder;
    this.syncMode = syncMode;
    this.progress = progress;
    this.loader =
        new Loader(
            group.embedded().kv(),
            batch -> {
              acknowledged.addAll(batch);
              progress.add(batch.size());
            });
  }

  /**
   * Loads the entries, kills a leading child when half of them are on their way, and checks.
   *
   * @param startedAt nanoTime from which the report counts its seconds
   */
  DemoReport run(List<KeyValue> entries, long startedAt) {
    List<List<KeyValue>> batches = Batches.of(entries);
    OptionalLong failOverMillis = OptionalLong.empty();
    if (group.children().isEmpty()) {
      progress.say(group.awaitLeader() + " leads, the only replica: nothing will be killed");
      loader.submit(batches);
    } else {
      failOverMillis = OptionalLong.of(loadThroughFailOver(batches));
    }
    loader.drain();
    progress.say("all entries are acknowledged; checking them on every replica");
    Check check = new Check(group);
    List<KeyValue> expected = List.copyOf(acknowledged);
    long lost = check.lost(expected, loader.highestIndex(), folder.resolve("acknowledged"));
    boolean hashesEqual = check.hashesEqual();
    return new DemoReport(
        expected.size(),
        1 + group.children().size(),
        (System.nanoTime() - startedAt) / 1e9,
        failOverMillis,
        lost,
        hashesEqual,
        syncMode,
        new DemoFolder(folder, false).bytes());
  }

  private long loadThroughFailOver(List<List<KeyValue>> batches) {
    int half = batches.size() / 2;
    int threeQuarters = Batches.threeQuarters(batches.size());
    progress.say(group.moveLeadershipToChild() + " leads, in a process of its own");
    loader.submit(batches.subList(0, half));
    String victim = group.moveLeadershipToChild(); // whoever leads by now
    long killedAt = System.nanoTime();
    group.kill(victim);
    loader.watch();
    progress.say(victim + " was killed (SIGKILL), half way through; writing goes on");
    loader.submit(batches.subList(half, threeQuarters));
    long resumedAt = awaitWriteAfterKill();
    long failOverMillis = TimeUnit.NANOSECONDS.toMillis(resumedAt - killedAt);
    progress.say(group.awaitLeader() + " leads now; " + victim + " is started again");
    ReplicaProcess restarted = group.restart(victim);
    loader.submit(batches.subList(threeQuarters, batches.size()));
    restarted.awaitReady();
    return failOverMillis;
  }

  /** The writes under way are repeated until one succeeds, so waiting is enough. */
  private long awaitWriteAfterKill() {
    long deadline = System.nanoTime() + FAIL_OVER.toNanos();
    while (loader.firstSinceWatch().isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new DemoFailedException(
            "no write was acknowledged within " + FAIL_OVER.toSeconds() + " s of the kill", null);
      }
      Group.pause();
    }
    return loader.firstSinceWatch().orElseThrow();
  }
}
