// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

/** Time as the log makes it: timestamps of 48 bits of milliseconds and 16 logical bits. */
public final class LogTime {

  private static final int LOGICAL_BITS = 16;
  private static final long MAX_MILLIS = Long.MAX_VALUE >>> LOGICAL_BITS;

  private LogTime() {}

  /** The first timestamp of a millisecond since 1970. */
  public static long ofMillis(long epochMillis) {
    return Math.min(Math.max(0, epochMillis), MAX_MILLIS) << LOGICAL_BITS;
  }

  /** The timestamp so many milliseconds after another; the last one there is, if it is behind. */
  static long after(long ts, long millis) {
    long span = Math.min(millis, MAX_MILLIS) << LOGICAL_BITS;
    return ts > Long.MAX_VALUE - span ? Long.MAX_VALUE : ts + span;
  }

  /** The timestamp so many milliseconds before another; 0 if there is none. */
  public static long before(long ts, long millis) {
    return Math.max(0, ts - (Math.min(millis, MAX_MILLIS) << LOGICAL_BITS));
  }
}
