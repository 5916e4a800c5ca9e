// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static io.kvorum.testkit.history.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each anomaly, written down by hand, beside the sound history that differs from it in a word. */
class HistoryCheckerTest {

  private static final Operation A1 = call("w", 10, 20).put("a", "1").committedAt(5);
  private static final Operation A2 = call("w", 30, 40).put("a", "2").committedAt(7);

  @Test
  void staleRead() {
    refused("\"1\" was written by w at 5 and overwritten at 7", A1, A2, get(50, 60, "a", "1"));
    refused("nothing was committed", A1, get(5, 9, "a", "1"));
    refused("it saw no value", A1, A2, get(50, 60, "a", null));
    valid(A1, A2, get(50, 60, "a", "2"));
    valid(A1, A2, get(35, 60, "a", "1"));
    valid(A1, A2, get(25, 28, "a", "1"), get(33, 60, "a", "2"));
  }

  @Test
  void twoReadsThatSeeTimeGoBackwards() {
    refused(
        "r's read had completed and seen a state as new",
        A1,
        A2,
        get(31, 33, "a", "2"),
        get(34, 36, "a", "1"));
    valid(A1, A2, get(31, 35, "a", "2"), get(34, 36, "a", "1"));
    Operation b = call("w", 30, 100).put("b", "1").committedAt(8);
    // Over two keys, and a scan.
    refused(
        "not linearizable",
        A1,
        A2,
        b,
        get(41, 43, "b", "1"),
        call("s", 44, 50).sawRange(null, null, "a", "2").ok());
    valid(A1, A2, b, get(41, 43, "b", null), call("s", 44, 50).sawRange("a", "b", "a", "2").ok());
  }

  @Test
  void lostUpdateWriteSkewAndPhantom() {
    Operation first = call("t1", 30, 40).saw("a", "1").put("a", "t1").committedAt(6);
    refused(
        "t2's transaction, committed at 7, does not fit",
        A1,
        first,
        call("t2", 31, 41).saw("a", "1").put("a", "t2").committedAt(7));
    valid(A1, first, call("t2", 31, 41).saw("a", "t1").put("a", "t2").committedAt(7));

    Operation left = call("t1", 30, 40).saw("x", null).saw("y", null).put("x", "on").committedAt(6);
    refused(
        "it saw no value at key \"x\"",
        left,
        call("t2", 30, 40).saw("x", null).saw("y", null).put("y", "on").committedAt(7));
    valid(left, call("t2", 30, 40).saw("x", "on").saw("y", null).put("y", "on").committedAt(7));

    Operation insert = call("t1", 30, 40).put("p5", "1").committedAt(6);
    refused(
        "it saw no value at key \"p5\"",
        insert,
        call("t2", 30, 40).sawRange("p", "q").put("count", "0").committedAt(7));
    valid(insert, call("t2", 30, 40).sawRange("p", "q", "p5", "1").put("c", "1").committedAt(7));
  }

  @Test
  void duplicateApply() {
    // The first write seems to happen again after the second one.
    refused("it saw \"1\"", A1, A2, get(50, 60, "a", "2"), get(61, 70, "a", "1"));
    Operation again = call("w", 30, 40).put("b", "1").committedAt(5);
    refused("same timestamp 5", A1, again);
  }

  @Test
  void abortedAndDirtyReads() {
    Operation aborted = call("t", 30, 40).put("a", "9").refused();
    refused("w, whose call was refused", A1, renamed(aborted, "w"), get(50, 60, "a", "9"));
    refused("t, whose call was refused", A1, aborted, get(35, 38, "a", "9"));
    refused("nobody ever wrote", A1, get(50, 60, "a", "13"));
    valid(A1, aborted, get(50, 60, "a", "1"));
  }

  @Test
  void acknowledgedWriteThatIsLost() {
    Operation other = call("w", 30, 40).put("b", "2").committedAt(7);
    refused(
        "it saw no value at key \"b\"",
        A1,
        other,
        call("s", 50, 60).sawRange(null, null, "a", "1").ok());
    valid(A1, other, call("s", 50, 60).sawRange(null, null, "a", "1", "b", "2").ok());
  }

  @Test
  void timestampsAgainstRealTime() {
    refused("below 7", A2, call("w", 50, 60).put("b", "1").committedAt(6));
    valid(A2, call("w", 35, 60).put("b", "1").committedAt(6));
  }

  @Test
  void snapshotsRepeat() {
    ReadPromise at6 = new ReadPromise.At(6);
    Operation early = call("r", 50, 60).promising(at6).saw("a", "1").ok();
    valid(A1, A2, early, call("q", 70, 80).promising(at6).saw("a", "1").ok());
    refused(
        "at timestamp 6 does not show that timestamp",
        A1,
        A2,
        early,
        call("q", 70, 80).promising(at6).saw("a", "2").ok());
    // A commit that lands below what was read already.
    refused(
        "timestamp", A1, call("r", 22, 25).promising(new ReadPromise.At(8)).saw("a", "1").ok(), A2);
    // Two reads of one snapshot around a write that may have happened in it.
    Operation doubt = call("d", 21, 22).put("a", "d").put("b", "d").unknown();
    valid(
        A1,
        A2,
        doubt,
        call("r", 50, 60).promising(at6).saw("a", "d").ok(),
        call("q", 70, 80).promising(at6).saw("b", "d").ok());
    refused(
        "at timestamp 6 does not show",
        A1,
        A2,
        doubt,
        call("r", 50, 60).promising(at6).saw("a", "1").ok(),
        call("q", 70, 80).promising(at6).saw("b", "d").ok());
  }

  @Test
  void otherPromises() {
    valid(A1, A2, call("r", 50, 60).promising(new ReadPromise.AtLeast(5)).saw("a", "1").ok());
    refused(
        "at least timestamp 7",
        A1,
        A2,
        call("r", 50, 60).promising(new ReadPromise.AtLeast(7)).saw("a", "1").ok());
    valid(A1, A2, call("r", 50, 60).promising(new ReadPromise.Stale(15)).saw("a", "1").ok());
    refused(
        "no staler than 5 ns",
        A1,
        A2,
        call("r", 50, 60).promising(new ReadPromise.Stale(5)).saw("a", "1").ok());
    refused(
        "no staler than 5 ns",
        A1,
        call("r", 22, 25).promising(new ReadPromise.Stale(5)).saw("a", "2").ok(),
        A2);
    // What an aborted transaction saw at its start is judged, too.
    valid(A1, A2, call("t", 50, 60).saw("a", "1").end(Outcome.REFUSED, 6, -1));
    refused("it saw \"2\"", A1, A2, call("t", 50, 60).saw("a", "2").end(Outcome.REFUSED, 6, -1));
  }

  @Test
  void doubtfulWritesHappenOnceOrNever() {
    Operation doubt = call("d", 30, 40).put("a", "d").unknown();
    valid(A1, doubt, get(50, 60, "a", "1"));
    valid(A1, doubt, get(50, 60, "a", "d"));
    valid(A1, doubt, get(50, 60, "a", "1"), get(70, 80, "a", "d"));
    refused("not linearizable", A1, doubt, get(50, 60, "a", "d"), get(70, 80, "a", "1"));
    refused("", A1, doubt, get(22, 28, "a", "d"));
    // Two of them, in the order that the reads tell, and not twice.
    Operation second = call("e", 30, 40).put("a", "e").unknown();
    valid(A1, doubt, second, get(50, 60, "a", "e"), get(70, 80, "a", "d"));
    valid(A1, doubt, second, get(50, 60, "a", "d"), get(70, 80, "a", "e"));
    refused(
        "", A1, doubt, second, get(50, 60, "a", "d"), get(70, 80, "a", "e"), get(90, 99, "a", "d"));
    // Between two commits, seen only by its other key.
    Operation both = call("d", 21, 25).put("a", "d").put("b", "d").unknown();
    valid(A1, A2, both, get(50, 60, "b", "d"), get(70, 80, "a", "2"));
    valid(A1, A2, both, get(50, 60, "b", "d"), get(70, 80, "a", "d"));
    refused("", A1, A2, both, get(26, 27, "b", "d"), get(70, 80, "a", "d"));
    // A delete leaves no value behind.
    valid(A1, call("d", 30, 40).deletePrefix("").unknown(), get(50, 60, "a", null));
    refused("", A1, call("d", 55, 59).delete("a").unknown(), get(50, 52, "a", null));
  }

  @Test
  void doubtfulTransactionsObeyWhatTheyRead() {
    Operation doubt = call("t", 21, 25).saw("a", "1").put("b", "t").unknown();
    valid(A1, A2, doubt, get(50, 60, "b", "t"));
    Operation late = call("t", 41, 45).saw("a", "1").put("b", "t").unknown();
    assertThat(HistoryChecker.check(History.of(A1, A2, late, get(50, 60, "b", "t"))))
        .isNotInstanceOf(Verdict.Valid.class);
  }

  @Test
  void prefixDeletes() {
    Operation wipe = call("w", 30, 40).deletePrefix("a").committedAt(6);
    Operation b = call("w", 21, 22).put("b", "1").committedAt(5);
    Operation a = call("w", 10, 20).put("ab", "1").committedAt(4);
    valid(a, b, wipe, call("s", 50, 60).sawRange(null, null, "b", "1").ok());
    refused(
        "a delete had been committed at 6",
        a,
        b,
        wipe,
        call("s", 50, 60).sawRange(null, null, "ab", "1", "b", "1").ok());
  }

  @Test
  void watches() {
    WatchRun.Event one = event(25, 5, new Effect.Put("a", "1"));
    WatchRun.Event two = event(45, 7, new Effect.Put("a", "2"));
    watch("", one, two);
    watch("leaves out commit 5", two);
    watch("repeats commit 5", one, one, two);
    watch("goes back to commit 5", two, one);
    watch("with other changes", one, event(45, 7, new Effect.Put("a", "3")));
    watch("which nobody made", one, event(45, 6, new Effect.Put("a", "2")), two);
    watch("before it was called", event(9, 5, new Effect.Put("a", "1")), two);
    History silent =
        new History(List.of(A1, A2), List.of(new WatchRun("x", null, null, 5, 7, List.of())));
    assertThat(HistoryChecker.check(silent).toString()).contains("leaves out commit 7");
  }

  @Test
  void aWatchTellsWhatBecameOfADoubtfulWrite() {
    Operation doubt = call("d", 21, 22).put("a", "d").put("b", "d").unknown();
    WatchRun watch =
        new WatchRun(
            "x",
            "a",
            "b",
            0,
            9,
            List.of(
                event(24, 5, new Effect.Put("a", "1")),
                event(45, 6, new Effect.Put("a", "d")),
                event(46, 7, new Effect.Put("a", "2"))));
    check("", new History(List.of(A1, A2, doubt), List.of(watch)));
    check(
        "it saw no value at key \"b\"",
        new History(List.of(A1, A2, doubt, get(50, 60, "b", null)), List.of(watch)));
  }

  @Test
  void withoutTimestampsASearchJudges() {
    Operation one = call("w", 10, 20).put("a", "1").ok();
    Operation two = call("w", 30, 40).put("a", "2").ok();
    valid(one, two, get(35, 50, "a", "1"), get(36, 60, "a", "2"));
    refused("no order of the calls explains r's read", one, two, get(50, 60, "a", "1"));
    refused("", one, two, get(31, 33, "a", "2"), get(34, 39, "a", "1"));
    valid(one, call("w", 30, 40).put("a", "2").unknown(), get(50, 60, "a", "1"));
    valid(one, call("w", 30, 40).put("a", "2").unknown(), get(50, 60, "a", "2"));
    refused(
        "",
        one,
        call("w", 30, 40).put("a", "2").unknown(),
        get(50, 60, "a", "2"),
        get(61, 62, "a", "1"));
    refused("", one, call("w", 30, 40).put("b", "2").refused(), get(50, 60, "b", "2"));
    // Keys that a scan connects.
    Operation b = call("w", 30, 40).put("b", "1").ok();
    refused("", one, b, call("s", 50, 60).sawRange(null, null, "a", "1").ok());
    valid(one, b, call("s", 35, 60).sawRange(null, null, "a", "1").ok());
    assertThatThrownBy(
            () ->
                HistoryChecker.check(
                    History.of(
                        one, call("r", 1, 2).promising(new ReadPromise.At(1)).saw("a", "1").ok())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Operation get(
      long invokedAt, long completedAt, String key, @Nullable String value) {
    return call("r", invokedAt, completedAt).saw(key, value).ok();
  }

  private static Operation renamed(Operation op, String client) {
    return new Operation(
        client,
        op.kind(),
        op.invokedAt(),
        op.completedAt(),
        op.outcome(),
        op.promise(),
        op.readTs(),
        op.commitTs(),
        op.observations(),
        op.effects());
  }

  private static WatchRun.Event event(long arrivedAt, long commitTs, Effect effect) {
    return new WatchRun.Event(arrivedAt, commitTs, List.of(effect));
  }

  private static void watch(String words, WatchRun.Event... events) {
    check(
        words,
        new History(List.of(A1, A2), List.of(new WatchRun("x", "a", "b", 0, -1, List.of(events)))));
  }

  private static void valid(Operation... operations) {
    check("", History.of(operations));
  }

  private static void refused(String words, Operation... operations) {
    assertThat(HistoryChecker.check(History.of(operations)))
        .isInstanceOfSatisfying(
            Verdict.Violation.class, found -> assertThat(found.words()).contains(words));
  }

  /* No words: valid. */
  private static void check(String words, History history) {
    Verdict verdict = HistoryChecker.check(history);
    if (words.isEmpty()) {
      assertThat(verdict).isInstanceOf(Verdict.Valid.class);
    } else {
      assertThat(verdict)
          .isInstanceOfSatisfying(
              Verdict.Violation.class, found -> assertThat(found.words()).contains(words));
    }
  }
}
