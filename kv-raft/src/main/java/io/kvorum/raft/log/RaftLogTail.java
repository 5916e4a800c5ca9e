// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.log;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.fsm.LogRange;
import io.kvorum.store.DurableDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the Raft log of a closed replica fit to be opened: cuts off a torn last write, and refuses
 * damage. The package shows the format and the rule.
 */
public final class RaftLogTail {

  private static final Logger LOG = LoggerFactory.getLogger(RaftLogTail.class);

  private RaftLogTail() {}

  /**
   * What the log holds.
   *
   * @param range the entries that are there after the cut
   * @param cutBytes how many bytes of a torn write were cut off
   */
  public record Result(LogRange range, long cutBytes) {}

  /**
   * Checks the log in a directory, which may be missing. Reads every byte of it. What it holds is
   * fsynced on return, a cut included.
   *
   * @param maxEntryBytes longest entry that may be in it
   * @throws InvalidArgumentException if it holds a longer entry; nothing was changed
   * @throws StoreCorruptException if it is damaged, naming file and offset; nothing was changed
   * @throws StoreFailedException if it cannot be read or cut
   */
  public static Result check(Path directory, int maxEntryBytes) {
    try {
      List<Segment> segments = segments(directory);
      if (segments.isEmpty()) {
        return new Result(LogRange.NONE, 0);
      }
      checkOrder(segments);
      long first = segments.get(0).start();
      Result result = new Result(new LogRange(first, first - 1), 0);
      for (Segment segment : segments) {
        result = check(segment, maxEntryBytes); // only the last one can be cut
      }
      return new Result(new LogRange(first, result.range().last()), result.cutBytes());
    } catch (IOException e) {
      throw new StoreFailedException(
          "the Raft log in " + directory + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Removes all entries, durably on return. For a log that a checkpoint holds as a whole, and more:
   * Ratis would keep its open segment, and can append nothing but the segment's next entry to it
   * ("gap between start index ..."). The oldest go first, so that a crash in between leaves a log
   * without a gap.
   *
   * @throws StoreFailedException if it cannot be removed
   */
  public static void discard(Path directory) {
    try {
      for (Segment segment : segments(directory)) {
        Files.delete(segment.file());
        DurableDirectory.sync(directory);
      }
    } catch (IOException e) {
      throw new StoreFailedException(
          "the Raft log in " + directory + " cannot be removed: " + e.getMessage(), e);
    }
  }

  private static List<Segment> segments(Path directory) throws IOException {
    return Segment.in(directory).stream()
        .filter(segment -> !segment.isOpen() || segment.file().toFile().length() > 0)
        .toList();
  }

  private static void checkOrder(List<Segment> segments) {
    for (int i = 1; i < segments.size(); i++) {
      Segment before = segments.get(i - 1);
      Segment segment = segments.get(i);
      if (before.isOpen() || segment.start() != before.end() + 1) {
        throw damaged(
            segment.file(), 0, "it does not go on where " + before.file().getFileName() + " ends");
      }
    }
  }

  private static Result check(Segment segment, int maxEntryBytes) throws IOException {
    byte[] bytes = Files.readAllBytes(segment.file());
    SegmentScan.Verdict verdict = new SegmentScan(bytes, maxEntryBytes).run();
    if (verdict.end() == SegmentScan.End.TOO_LONG) {
      throw new InvalidArgumentException(
          "the Raft log file "
              + segment.file()
              + " holds an entry, at offset "
              + verdict.offset()
              + ", that is longer than the "
              + maxEntryBytes
              + " bytes that maxValueBytes of this replica allows; start it with the maxValueBytes"
              + " it had, and lower that when a checkpoint has passed the entry");
    }
    if (!segment.isOpen()) {
      if (verdict.end() != SegmentScan.End.CLEAN) {
        throw damaged(segment.file(), verdict.offset(), "a record does not verify");
      }
      long expected = segment.end() - segment.start() + 1;
      if (verdict.records() != expected) {
        throw damaged(
            segment.file(),
            verdict.offset(),
            "it holds " + verdict.records() + " entries, its name says " + expected);
      }
      return new Result(new LogRange(segment.start(), segment.end()), 0);
    }
    if (verdict.end() == SegmentScan.End.DAMAGED) {
      throw damaged(
          segment.file(),
          verdict.offset(),
          "a record does not verify, and it is no write that was interrupted");
    }
    long cut = verdict.end() == SegmentScan.End.TORN ? bytes.length - (long) verdict.offset() : 0;
    settle(segment.file(), cut, verdict);
    return new Result(new LogRange(segment.start(), segment.start() + verdict.records() - 1), cut);
  }

  /* What a killed process had written may be in memory only, and Ratis takes it for fsynced. */
  private static void settle(Path file, long cut, SegmentScan.Verdict verdict) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (cut > 0) {
        channel.truncate(verdict.offset());
      }
      channel.force(true);
    }
    if (cut > 0) {
      LOG.warn(
          "{}: cut off {} bytes at offset {} behind {} good entries: the last write was"
              + " interrupted",
          file,
          cut,
          verdict.offset(),
          verdict.records());
    }
  }

  private static StoreCorruptException damaged(Path file, long offset, String what) {
    return new StoreCorruptException(
        "the Raft log file "
            + file
            + " is damaged at offset "
            + offset
            + ": "
            + what
            + ". Move this replica's data directory away and start it again: it gets a copy from"
            + " the other replicas",
        null);
  }
}
