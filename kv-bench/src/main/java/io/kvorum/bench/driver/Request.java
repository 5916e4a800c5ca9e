// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request of a workload. */
sealed interface Request {

  /** Hands it to the system. */
  CompletableFuture<?> send(Target target);

  /** Whether this is an answer that a system with the loaded keys can give. */
  default boolean isAnsweredBy(@Nullable Object answer) {
    return true;
  }

  record Put(byte[] key, byte[] value) implements Request {
    @Override
    public CompletableFuture<?> send(Target target) {
      return target.put(key, value);
    }
  }

  record Batch(List<Entry> entries) implements Request {
    @Override
    public CompletableFuture<?> send(Target target) {
      return target.batch(entries);
    }
  }

  record CompareAndSet(List<byte[]> keys, byte[] value) implements Request {
    @Override
    public CompletableFuture<?> send(Target target) {
      return target.compareAndSet(keys, value);
    }
  }

  record Get(byte[] key) implements Request {
    @Override
    public CompletableFuture<?> send(Target target) {
      return target.get(key);
    }

    @Override
    public boolean isAnsweredBy(@Nullable Object answer) {
      return answer != null;
    }
  }

  record LeaseGet(byte[] key) implements Request {
    @Override
    public CompletableFuture<?> send(Target target) {
      return target.leaseGet(key);
    }

    @Override
    public boolean isAnsweredBy(@Nullable Object answer) {
      return answer != null;
    }
  }

  /**
   * A scan.
   *
   * @param fewest how many entries there must be
   */
  record Scan(byte[] from, int limit, int fewest) implements Request {
    @Override
    public CompletableFuture<?> send(Target target) {
      return target.scan(from, limit);
    }

    @Override
    public boolean isAnsweredBy(@Nullable Object answer) {
      return answer instanceof Collection<?> found
          && found.size() >= fewest
          && found.size() <= limit;
    }
  }

  /** A read, and when it has ended a write of the same key: two requests to the system. */
  record ReadThenWrite(byte[] key, byte[] value) implements Request {
    @Override
    public CompletableFuture<?> send(Target target) {
      return target
          .get(key)
          .thenCompose(
              found ->
                  found == null
                      ? CompletableFuture.failedFuture(new WrongAnswerException("no value"))
                      : target.put(key, value));
    }
  }
}
