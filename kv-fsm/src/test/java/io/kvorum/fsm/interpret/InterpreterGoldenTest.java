// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.StoreKind;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.Transaction;
import io.kvorum.fsm.wire.TransactionId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commands and what becomes of them, as text that a reviewer can compare. {@code
 * -Dgolden.update=true} writes the files anew. A store must not make a difference.
 */
final class InterpreterGoldenTest {

  private static final TransactionId T1 = new TransactionId(0, 1);
  private static final TransactionId T2 = new TransactionId(0, 2);
  private static final TransactionId T3 = new TransactionId(0, 3);
  private static final long SECOND = 1000L << 16;

  @TempDir Path dir;

  /** One scene. */
  private interface Scene {
    void play(Transcript transcript);
  }

  private void golden(StoreKind kind, String name, Scene scene) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      Transcript transcript = new Transcript(store);
      scene.play(transcript);
      transcript.compare(name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void timestamps(StoreKind kind) throws IOException {
    golden(
        kind,
        "timestamps.txt",
        t -> {
          t.play(0, put("a", "first"));
          t.play(100, put("a", "hint ahead"), put("b", "next"));
          t.play(50, put("a", "hint behind"));
          t.play(Long.MAX_VALUE - 1, put("c", "x"), put("d", "the last"));
          t.play(200, put("e", "none left"), deletePrefix("", null));
        });
  }

  @ParameterizedTest
  @EnumSource
  void refusalsLeaveTheirNeighboursAlone(StoreKind kind) throws IOException {
    golden(
        kind,
        "refusals.txt",
        t -> {
          t.play(
              10,
              put("a", "1"),
              put("", "empty key"),
              new Request.Write(List.of()),
              new Request.Write(List.of(mutation("half", "1"), mutation("", "empty key"))),
              put("b", "2"));
          t.play(10, put("k".repeat(70_000), "long key"));
          t.say("a value beyond this replica's maxValueBytes, but not beyond that of its proposer");
          t.play(10, put("c", "x".repeat(1001)));
        });
  }

  @ParameterizedTest
  @EnumSource
  void uploads(StoreKind kind) throws IOException {
    golden(
        kind,
        "uploads.txt",
        t -> {
          t.say("a value in parts is not visible before it is finished");
          t.play(SECOND, upload(0, 0, "one", "two"));
          t.play(SECOND, upload(SECOND, 2, "three"), upload(SECOND, 1, "two", "three", "four"));
          t.showUploads();
          t.say(
              "a gap, other bytes, no chunk, an empty one, nobody's: refused, and nothing changed");
          t.play(
              SECOND,
              upload(SECOND, 5, "six"),
              upload(SECOND, 0, "uno"),
              upload(SECOND, 4),
              upload(SECOND, 4, ""),
              upload(77, 0, "x"),
              finish(SECOND, "k", "one", "two"));
          t.play(SECOND, finish(SECOND, "k", "one", "two", "three", "four"));
          t.showCommits();
          t.say("it is a write: a transaction that has read the key before meets it");
          t.play(SECOND, new Request.OnePhase(transaction(SECOND + 1, "k")));
          t.say("finished is finished");
          t.play(
              SECOND,
              upload(SECOND, 4, "five"),
              new Request.AbortUpload(SECOND),
              finish(SECOND, "k", "one", "two", "three", "four"));
          t.say("overwritten, and gone as a whole when the watermark passes that");
          t.play(SECOND, put("k", "small"));
          t.showUploads();
          t.play(2 * SECOND, new Request.Watermark(SECOND + 20));
          t.showUploads();
          t.say("one that is aborted, and one that makes no progress");
          t.play(3 * SECOND, upload(0, 0, "a"), upload(0, 0, "b"));
          t.play(4 * SECOND, new Request.AbortUpload(3 * SECOND));
          t.showUploads();
          t.play(14 * SECOND, new Request.Clock(0));
          t.showUploads();
        });
  }

  private static Request upload(long upload, long first, String... chunks) {
    return new Request.Upload(
        upload, first, Arrays.stream(chunks).map(InterpreterGoldenTest::bytes).toList(), 10_000);
  }

  private static Request finish(long upload, String key, String... chunks) {
    int checksum = 0;
    for (String chunk : chunks) {
      checksum = UploadChecksum.next(checksum, bytes(chunk));
    }
    int length = String.join("", chunks).length();
    return new Request.FinishUpload(upload, bytes(key), chunks.length, length, checksum, 0);
  }

  private static Transaction transaction(long startTs, String readKey) {
    return new Transaction(startTs, List.of(), List.of(bytes(readKey)), List.of());
  }

  @ParameterizedTest
  @EnumSource
  void writesAndDeletes(StoreKind kind) throws IOException {
    golden(
        kind,
        "writes.txt",
        t -> {
          t.play(
              0,
              new Request.Write(
                  List.of(
                      mutation("a", "overwritten"),
                      mutation("a/1", "1"),
                      mutation("a/2", "2"),
                      mutation("b", ""),
                      mutation("a", "last wins"))));
          t.play(0, new Request.Write(List.of(Mutation.delete(bytes("b")))));
          t.play(0, deletePrefix("a/", "a/2"));
          t.play(
              0,
              new Request.Write(List.of(Mutation.put(bytes("t"), bytes("short-lived"), 6))),
              put("u", "later"),
              deletePrefix("none", null));
          t.play(0, put("in the group", "x"), deletePrefix("", "u"));
        });
  }

  @ParameterizedTest
  @EnumSource
  void onePhase(StoreKind kind) throws IOException {
    golden(
        kind,
        "one_phase.txt",
        t -> {
          t.say("reads that are as they were");
          t.play(0, put("a", "1"), put("b/1", "1"), put("b/2", "1"));
          t.play(0, onePhase(tx(3, "c=2").read("a").read("absent").range("b/", "b0")));
          t.say("a key that was written, read, inserted, deleted since the start");
          t.play(0, onePhase(tx(3, "c=3")), onePhase(tx(3, "d=3").read("c")));
          t.play(0, put("b/3", "phantom"), onePhase(tx(4, "d=4").range("b/", "b0")));
          t.play(0, deletePrefix("b/2", null), onePhase(tx(5, "d=5").range("b/", "b0")));
          t.play(0, onePhase(tx(6, "d=6").range("b/", "b0")), onePhase(tx(7).read("d")));
          t.say("a start that nobody could have read at, and one below the watermark");
          t.play(0, onePhase(tx(9, "d=7")), new Request.Watermark(8), onePhase(tx(7, "d=8")));
          t.say("too much, and nothing at all");
          t.play(0, onePhase(tx(9, "=no key")), onePhase(tx(9)));
          Tx wide = tx(10);
          for (int i = 0; i <= InterpreterLimits.READ_RANGES; i++) {
            wide.range("a", "b");
          }
          t.play(0, onePhase(wide));
        });
  }

  @ParameterizedTest
  @EnumSource
  void twoPhases(StoreKind kind) throws IOException {
    golden(
        kind,
        "two_phases.txt",
        t -> {
          t.play(0, put("a", "1"), put("r", "1"), put("s/1", "1"));
          t.say("nothing is visible before the commit");
          t.play(0, prepare(T1, tx(3, "a=2", "n=2").read("r").range("s/", "s0"), 0));
          t.say("what it writes is locked for writes and for reads of transactions");
          t.play(0, put("a", "3"), put("n", "3"), deletePrefix("", null));
          t.play(0, onePhase(tx(4, "x=1").read("a")), onePhase(tx(4, "x=1").range("m", "o")));
          t.say("what it has read is locked for writes, and for others to read");
          t.play(0, put("r", "3"), put("s/2", "phantom"), deletePrefix("s", null));
          t.play(0, onePhase(tx(4, "x=1").read("r").range("s/", "s0")));
          t.play(0, prepare(T2, tx(4, "r=4"), 0), prepare(T2, tx(4, "y=1").read("r"), 0));
          t.say("a prefix delete that touches no lock");
          t.play(0, deletePrefix("x", null), deletePrefix("s", "s/"), deletePrefix("", ""));
          t.say("the same prepare again; another one of the same name");
          t.play(0, prepare(T1, tx(3, "a=2", "n=2").read("r").range("s/", "s0"), 0));
          t.play(0, prepare(T1, tx(3, "a=9"), 0));
          t.say("the end, again, and the other end");
          t.play(0, new Request.Commit(T1), new Request.Commit(T1), new Request.Abort(T1));
          t.play(0, prepare(T1, tx(3, "a=2"), 0), put("a", "5"), put("s/2", "1"));
          t.play(0, new Request.Abort(T2), new Request.Commit(T2), new Request.Abort(T2));
          t.say("a commit without a prepare; a prepare after the abort");
          t.play(0, new Request.Commit(T3), new Request.Abort(T3));
          t.play(0, prepare(T3, tx(12, "z=1"), 0), put("z", "free"), put("r", "free"));
          t.say("a prepare that would conflict");
          t.play(0, prepare(new TransactionId(0, 4), tx(3, "a=6"), 0));
        });
  }

  @ParameterizedTest
  @EnumSource
  void locksExpireByTheTimeOfTheLog(StoreKind kind) throws IOException {
    golden(
        kind,
        "expiry.txt",
        t -> {
          long start = 10 * SECOND;
          t.play(start, put("a", "1"));
          t.play(start, prepare(T1, tx(start, "a=2"), 5_000));
          t.play(start + 5 * SECOND, put("a", "locked"));
          t.say("one tick later; then its commit comes too late");
          t.play(start + 5 * SECOND + 1, put("a", "3"), new Request.Commit(T1));
          t.say("time passes in an idle log");
          t.play(0, prepare(T2, tx(start + 5 * SECOND + 1, "b=2"), 5_000));
          t.play(start + 20 * SECOND, new Request.Clock(0));
          t.play(0, new Request.Commit(T2), new Request.Clock(start + 30 * SECOND));
          t.say("lock times that are not allowed; a start that is too old");
          t.play(0, prepare(T3, tx(start, "c=1"), -1), prepare(T3, tx(start, "c=1"), 600_001));
          t.play(start + 700 * SECOND, prepare(T3, tx(start, "c=1"), 0));
          t.say("what has ended is forgotten, and a late prepare is refused all the same");
          t.play(start + 3000 * SECOND, new Request.Commit(T1));
          t.play(0, prepare(T1, tx(start, "a=2"), 0));
        });
  }

  @ParameterizedTest
  @EnumSource
  void sessions(StoreKind kind) throws IOException {
    golden(
        kind,
        "sessions.txt",
        t -> {
          t.play(0, new Request.OpenSession(999), new Request.OpenSession(86_400_001));
          t.play(7, new Request.OpenSession(5_000));
          t.say("once, whatever it was; and again");
          t.play(0, once(7, 1, put("a", "1")), once(7, 1, put("a", "1")));
          t.play(0, once(7, 2, put("", "bad")), once(7, 2, put("a", "2")));
          t.play(0, once(7, 4, put("b", "out of order")));
          t.play(0, once(7, 3, put("c", "late")), once(7, 0, put("d", "")));
          t.say("a sequence that is fenced is never carried out; one that was is what it was");
          t.play(0, once(7, 6, new Request.Fence()), once(7, 6, put("a", "too late")));
          t.play(0, once(7, 4, new Request.Fence()), once(7, 6, new Request.Fence()));
          t.say("what is acknowledged is forgotten, and never carried out again");
          t.play(0, new Request.Once(7, 7, 4, put("d", "1")), once(7, 3, put("e", "")));
          t.play(0, once(7, 4, put("e", "1")), once(7, 5, put("e", "2")));
          t.play(0, new Request.Once(7, 8, 9, put("e", "3")));
          t.say("what is not acknowledged is bounded");
          t.play(0, once(7, 4 + 8192, put("f", "far")), once(7, 3 + 8192, put("f", "last")));
          t.say("unknown, prolonged, expired, closed");
          t.play(4 * SECOND, once(8, 1, put("f", "")), new Request.KeepAlive(7));
          t.play(8 * SECOND, once(7, 9, put("f", "1")));
          t.play(13 * SECOND, once(7, 9, put("f", "2")), new Request.KeepAlive(7));
          t.play(14 * SECOND, new Request.OpenSession(5_000));
          t.play(
              0,
              new Request.CloseSession(14 * SECOND),
              new Request.CloseSession(14 * SECOND),
              once(14 * SECOND, 1, put("g", "")));
        });
  }

  @ParameterizedTest
  @EnumSource
  void watermarkAndClock(StoreKind kind) throws IOException {
    golden(
        kind,
        "time.txt",
        t -> {
          t.play(0, new Request.Write(List.of(Mutation.put(bytes("t"), bytes("x"), 50))));
          t.play(20, new Request.Clock(0), new Request.Clock(30), new Request.Clock(-1));
          t.say("above what was committed; as it should be; lower than it was");
          t.play(0, new Request.Watermark(31), new Request.Watermark(-1));
          t.play(0, new Request.Watermark(30), new Request.Watermark(10));
          t.say("a refusal lets time pass too, and the value expires");
          t.play(60, new Request.Watermark(99));
        });
  }

  // ---- requests ------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  void commitRecords(StoreKind kind) throws IOException {
    golden(
        kind,
        "commit_records.txt",
        t -> {
          t.say("one record for an entry, named after its last commit; refusals leave no trace");
          t.play(10, put("a", "1"), new Request.Write(List.of()), put("b", "2"));
          t.play(
              20,
              new Request.Write(
                  List.of(
                      mutation("twice", "1"),
                      Mutation.delete(bytes("twice")),
                      Mutation.put(bytes("soon"), bytes("v"), 1000),
                      Mutation.put(bytes("late"), bytes("v"), 20))));
          t.play(30, deletePrefix("a", null), deletePrefix("", "b"));
          t.showCommits();
          t.say("a transaction counts when it commits; one that only reads never does");
          t.play(40, prepare(T1, tx(31, "t=1"), 0));
          t.play(50, onePhase(tx(40).read("b")), new Request.Commit(T1));
          t.say("the watermark removes the records that it reaches, in the middle of an entry too");
          t.play(60, put("c", "3"), new Request.Watermark(31), put("d", "4"));
          t.showCommits();
          t.play(70, put("e", "5"), new Request.Watermark(70));
          t.showCommits();
        });
  }

  /** A transaction being written down; {@code "key=value"}. */
  private static final class Tx {
    private final long startTs;
    private final List<Mutation> mutations = new ArrayList<>();
    private final List<byte[]> reads = new ArrayList<>();
    private final List<KeyRange> ranges = new ArrayList<>();

    Tx(long startTs) {
      this.startTs = startTs;
    }

    Tx read(String key) {
      reads.add(bytes(key));
      return this;
    }

    Tx range(String from, String to) {
      ranges.add(KeyRange.of(bytes(from), bytes(to)));
      return this;
    }

    Transaction done() {
      return new Transaction(startTs, mutations, reads, ranges);
    }
  }

  private static Tx tx(long startTs, String... puts) {
    Tx tx = new Tx(startTs);
    for (String put : puts) {
      int equals = put.indexOf('=');
      tx.mutations.add(mutation(put.substring(0, equals), put.substring(equals + 1)));
    }
    return tx;
  }

  private static Request onePhase(Tx tx) {
    return new Request.OnePhase(tx.done());
  }

  private static Request prepare(TransactionId id, Tx tx, long lockMillis) {
    return new Request.Prepare(id, tx.done(), lockMillis);
  }

  private static Request once(long session, long sequence, Request request) {
    return new Request.Once(session, sequence, 0, request);
  }

  private static Request put(String key, String value) {
    return new Request.Write(List.of(mutation(key, value)));
  }

  private static Request deletePrefix(String prefix, @Nullable String not) {
    return new Request.DeletePrefix(bytes(prefix), not == null ? null : bytes(not));
  }

  private static Mutation mutation(String key, String value) {
    return Mutation.put(bytes(key), bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
