// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts what one thread saw in one round. Not thread-safe. */
final class Tally {

  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int DIGITS = 3;

  private final Histogram sinceDue = new Histogram(1, LONGEST_NANOS, DIGITS);
  private final Histogram sinceSent = new Histogram(1, LONGEST_NANOS, DIGITS);
  private long operations;
  private long errors;
  private long unsent;
  private @Nullable String firstError;

  /** A request has ended; {@code roundEnd} is when the round was over. */
  void ended(Slot slot, long roundEnd) {
    String error = slot.error();
    if (error != null) {
      errors++;
      firstError = firstError == null ? error : firstError;
      return;
    }
    record(sinceDue, slot.ended() - slot.due());
    record(sinceSent, slot.ended() - slot.sent());
    if (slot.ended() - roundEnd <= 0) {
      operations++;
    }
  }

  /** A request was due and was not sent until the round was over. */
  void unsent(long due, long roundEnd) {
    unsent++;
    record(sinceDue, roundEnd - due);
  }

  void add(Tally other) {
    sinceDue.add(other.sinceDue);
    sinceSent.add(other.sinceSent);
    operations += other.operations;
    errors += other.errors;
    unsent += other.unsent;
    firstError = firstError == null ? other.firstError : firstError;
  }

  RoundResult result(double seconds) {
    return new RoundResult(
        operations,
        operations / seconds,
        errors,
        firstError,
        unsent,
        Latency.of(sinceDue),
        Latency.of(sinceSent));
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.max(1, Math.min(nanos, LONGEST_NANOS)));
  }
}
