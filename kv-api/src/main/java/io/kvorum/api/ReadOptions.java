// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.time.Duration;

/**
 * What a read of {@link ReplicatedKv} must see. Every kind reads one consistent state: all of some
 * commits in the order of their timestamps, and nothing of later ones.
 *
 * <table>
 * <caption>Which one to choose</caption>
 * <tr><th>read</th><th>sees at least</th><th>costs</th></tr>
 * <tr><td>{@link #linearizable()}</td><td>all that was acknowledged, anywhere, before the call</td>
 *     <td>a round to a majority, shared by the reads that wait</td></tr>
 * <tr><td>{@link #lease()}</td><td>the same, if clocks run at about the same rate</td>
 *     <td>nothing on the leader while its lease lasts</td></tr>
 * <tr><td>{@link #atLeast}</td><td>the commit with that timestamp</td>
 *     <td>nothing once this replica has applied it</td></tr>
 * <tr><td>{@link #at}</td><td>exactly the state at that timestamp</td><td>as atLeast</td></tr>
 * <tr><td>{@link #stale}</td><td>all that was acknowledged that long before the call</td>
 *     <td>a round once in that time</td></tr>
 * </table>
 *
 * <pre>{@code
 * byte[] newest = kv.get(key); // the same as with ReadOptions.linearizable()
 * byte[] mine = kv.get(key, ReadOptions.atLeast(commit.timestamp()));
 * byte[] before = kv.get(key, ReadOptions.at(commit.timestamp() - 1));
 * byte[] recent = kv.get(key, ReadOptions.stale(Duration.ofSeconds(1)));
 * }</pre>
 */
public sealed interface ReadOptions {

  /** The default. */
  static ReadOptions linearizable() {
    return Linearizable.INSTANCE;
  }

  /**
   * Linearizable as long as the assumptions below hold, and without a message while the leader's
   * lease lasts. A lease comes from replicas that promise to support no other leader for a part of
   * their election timeout, counted from when they last heard of this one.
   *
   * <p>What it assumes, and {@link #linearizable()} does not: the monotonic clocks of two replicas'
   * hosts do not differ in rate by more than a quarter over an election timeout; no replica's
   * process is ended and started again within one election timeout; no candidate is held up for a
   * whole election timeout between the support it was promised and its election. Where one of these
   * fails, a read may miss writes that a new leader has just acknowledged.
   */
  static ReadOptions lease() {
    return Lease.INSTANCE;
  }

  /**
   * Sees the commit with this timestamp, as a client wants that has just written through another
   * replica. Waits until this replica has applied it.
   *
   * @param commitTs as in {@link Commit#timestamp}
   */
  static ReadOptions atLeast(long commitTs) {
    return new AtLeast(commitTs);
  }

  /**
   * The state at one timestamp: the same answer on every replica, whenever it is asked, until the
   * watermark passes it; below that it is a {@link ReadTimestampCompactedException}. Waits until
   * this replica has applied a commit at or above it.
   *
   * @param timestamp a commit timestamp, as a rule that of an earlier read or write
   */
  static ReadOptions at(long timestamp) {
    return new At(timestamp);
  }

  /**
   * Sees everything that was acknowledged, anywhere, up to {@code maxAge} before the call; possibly
   * more. Measured with this process's monotonic clock alone.
   *
   * @param maxAge 0 or more
   */
  static ReadOptions stale(Duration maxAge) {
    return new Stale(maxAge);
  }

  /** See {@link ReadOptions#linearizable()}. */
  record Linearizable() implements ReadOptions {
    private static final Linearizable INSTANCE = new Linearizable();
  }

  /** See {@link ReadOptions#lease()}. */
  record Lease() implements ReadOptions {
    private static final Lease INSTANCE = new Lease();
  }

  /** See {@link ReadOptions#atLeast}. */
  record AtLeast(long commitTs) implements ReadOptions {
    public AtLeast {
      checkTimestamp(commitTs);
    }
  }

  /** See {@link ReadOptions#at}. */
  record At(long timestamp) implements ReadOptions {
    public At {
      checkTimestamp(timestamp);
    }
  }

  /** See {@link ReadOptions#stale}. */
  record Stale(Duration maxAge) implements ReadOptions {
    public Stale {
      if (maxAge.isNegative()) {
        throw new InvalidArgumentException("maxAge is " + maxAge + ", it must be 0 or more");
      }
    }
  }

  private static void checkTimestamp(long ts) {
    if (ts < 0) {
      throw new InvalidArgumentException(
          "a read timestamp is " + ts + ", allowed are 0 to " + Long.MAX_VALUE);
    }
  }
}
