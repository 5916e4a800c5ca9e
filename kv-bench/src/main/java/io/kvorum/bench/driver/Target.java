// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A running system, asked through its asynchronous interface as one of its users would.
 *
 * <p>Methods may be called from several threads, and do not wait for the outcome. A future
 * completes normally only when the request was carried out: writes durable as the system promises,
 * reads with the values themselves in this JVM. The arrays that are handed in are not changed
 * afterwards.
 */
public interface Target extends AutoCloseable {

  /** What it can be asked for; anything else is refused. */
  Set<Access> offers();

  /** What a reader must know of how it was set up, in the order to show it. */
  Map<String, String> settings();

  /**
   * Called before each round, while nothing is under way: a cluster finds its leader again.
   *
   * @throws InterruptedException if the wait for a leader was interrupted
   */
  default void beforeRound() throws InterruptedException {}

  /** Writes one value. */
  CompletableFuture<?> put(byte[] key, byte[] value);

  /** Writes all of them as one commit. */
  default CompletableFuture<?> batch(List<Entry> entries) {
    return notOffered(Access.BATCH);
  }

  /** Reads the keys, and replaces all of them if none has changed meanwhile; tries until it did. */
  default CompletableFuture<?> compareAndSet(List<byte[]> keys, byte[] value) {
    return notOffered(Access.COMPARE_AND_SET);
  }

  /** The value, linearizable; null when there is none. */
  default CompletableFuture<?> get(byte[] key) {
    return notOffered(Access.GET);
  }

  /** The value, linearizable as long as clocks behave; null when there is none. */
  default CompletableFuture<?> leaseGet(byte[] key) {
    return notOffered(Access.LEASE_GET);
  }

  /** The first entries at or after a key, linearizable. */
  default CompletableFuture<? extends Collection<?>> scan(byte[] from, int limit) {
    return notOffered(Access.SCAN);
  }

  @Override
  void close();

  private static <T> CompletableFuture<T> notOffered(Access access) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException(access + " is not offered here"));
  }
}
