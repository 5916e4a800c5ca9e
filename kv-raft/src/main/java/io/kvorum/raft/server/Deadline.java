// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import io.kvorum.api.InvalidArgumentException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The moment at which a call ends, whatever has become of it. */
public record Deadline(long nanoTime) {

  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  /**
   * The deadline of a call that begins now.
   *
   * @throws InvalidArgumentException if the timeout is not one of 1 ms to 1 hour
   */
  public static Deadline after(Duration timeout) {
    checkTimeout(timeout, "timeout");
    return new Deadline(System.nanoTime() + timeout.toNanos());
  }

  /** Refuses a timeout outside 1 ms to 1 hour. */
  public static void checkTimeout(Duration timeout, String name) {
    if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
      throw new InvalidArgumentException(
          name + " is " + timeout + ", allowed are " + SHORTEST + " to " + LONGEST);
    }
  }

  /** Nanoseconds left; 0 when it has passed. */
  public long remainingNanos() {
    return Math.max(0, nanoTime - System.nanoTime());
  }

  /** Milliseconds left, rounded up; 0 when it has passed. */
  public long remainingMillis() {
    return (remainingNanos() + 999_999) / 1_000_000;
  }

  /** Whether it has passed. */
  public boolean hasPassed() {
    return remainingNanos() == 0;
  }

  /** This one, or the moment that many milliseconds from now if that comes first. */
  public Deadline atMost(long millis) {
    long other = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    return other - nanoTime < 0 ? new Deadline(other) : this;
  }
}
