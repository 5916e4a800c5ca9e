// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Takes puts only; the test says what becomes of the n-th, counted from 0. */
final class FakeTarget implements Target {

  private final LongFunction<CompletableFuture<?>> outcome;
  final AtomicLong puts = new AtomicLong();

  FakeTarget(LongFunction<CompletableFuture<?>> outcome) {
    this.outcome = outcome;
  }

  static FakeTarget instant() {
    return new FakeTarget(n -> CompletableFuture.completedFuture(n));
  }

  @Override
  public Set<Access> offers() {
    return EnumSet.of(Access.PUT, Access.GET);
  }

  @Override
  public Map<String, String> settings() {
    return Map.of();
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return outcome.apply(puts.getAndIncrement());
  }

  @Override
  public CompletableFuture<?> get(byte[] key) {
    return CompletableFuture.completedFuture(null); // as if it had lost all keys
  }

  @Override
  public CompletableFuture<List<byte[]>> scan(byte[] from, int limit) {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public void close() {}
}
