// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.Acknowledgements;
import io.kvorum.testkit.powerloss.ChildJvm;
import io.kvorum.testkit.powerloss.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One cycle on a {@link Disk}: a child plays its script there, the power goes after so many
 * acknowledgements or at the child's end, and a second child judges what is found.
 */
final class DiskRun {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  private DiskRun() {}

  /**
   * How it ended.
   *
   * @param wrong what the judge found, or an empty text
   * @param acknowledged how many acknowledgements counted
   * @param lostEntries log entries that were written to the store, acknowledged, and lost with the
   *     power, for the Raft log to replay; of a store only
   */
  record Result(String wrong, int acknowledged, long lostEntries) {}

  static Result ofStore(SyncMode mode, Wrong wrong, long seed, int steps, int after)
      throws Exception {
    return run(
        StoreChild.class,
        List.of(mode.name(), wrong.name(), Long.toString(seed), Integer.toString(steps)),
        List.of(JudgeChild.STORE, mode.name(), Long.toString(seed), Integer.toString(steps)),
        after);
  }

  static Result ofGroup(SyncMode mode, long seed, int after) throws Exception {
    return run(
        GroupChild.class,
        List.of(GroupRun.arguments(mode, false, seed)),
        List.of(JudgeChild.GROUP, mode.name(), Long.toString(seed), "0"),
        after);
  }

  private static Result run(Class<?> player, List<String> play, List<String> judge, int after)
      throws Exception {
    Path acks = Files.createTempFile("kvorum-acks", "");
    try (Disk disk = Disk.open()) {
      List<byte[]> acknowledged;
      List<String> arguments = new ArrayList<>(List.of(disk.root().toString()));
      arguments.addAll(play);
      // javadoc: Disk
      try (ChildJvm child = ChildJvm.startInside(disk, player, arguments, acks)) {
        await().atMost(LIMIT).until(() -> !child.isAlive() || count(acks) > after);
        acknowledged = Acknowledgements.read(acks); // before the power goes: those count
        checkSome(acknowledged, child);
        disk.losePower();
      }
      disk.restorePower(); // now a second child looks for what was acknowledged
      // javadoc ends
      Path counted = Files.createTempFile("kvorum-acks", "");
      Acknowledgements.write(counted, acknowledged);
      List<String> question = new ArrayList<>(List.of(disk.root().toString()));
      question.addAll(judge);
      question.add(counted.toString());
      Path unused = Files.createTempFile("kvorum-acks", "");
      try (ChildJvm child = ChildJvm.startInside(disk, JudgeChild.class, question, unused)) {
        child.awaitSuccess(LIMIT);
        List<byte[]> answer = Acknowledgements.read(unused);
        return new Result(
            new String(answer.get(0), UTF_8).trim(),
            acknowledged.size(),
            Long.parseLong(new String(answer.get(1), UTF_8)));
      } finally {
        Files.delete(unused);
        Files.delete(counted);
      }
    } finally {
      Files.delete(acks);
    }
  }

  private static void checkSome(List<byte[]> acknowledged, ChildJvm child) {
    if (acknowledged.isEmpty()) {
      throw new IllegalStateException("nothing was acknowledged:\n" + child.output());
    }
  }

  private static int count(Path acks) {
    try {
      return Acknowledgements.read(acks).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
