// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.KvException;
import io.kvorum.api.StoreFailedException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The first failure of a node, kept. */
final class Failure {

  private final String node;
  private final AtomicReference<Throwable> first = new AtomicReference<>();

  Failure(String node) {
    this.node = node;
  }

  /** Keeps it if it is the first. */
  boolean set(Throwable failure) {
    return first.compareAndSet(null, failure);
  }

  Optional<Throwable> get() {
    return Optional.ofNullable(first.get());
  }

  /** What a call on the failed node gets: a new one each, as it carries the caller's stack. */
  KvException refusal() {
    Throwable cause = first.get();
    return new StoreFailedException(
        "replica " + node + " has stopped because of a failure: " + cause, cause);
  }
}
