// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.RaftBatch;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** A store whose calls of one method, from some call on, throw instead. */
final class FailingStore {

  private FailingStore() {}

  /** Fails the commit of the {@code n}-th batch and later ones, counted from 0. */
  static CheckpointableStore atCommit(CheckpointableStore store, int n, Throwable failure) {
    AtomicInteger commits = new AtomicInteger();
    return proxy(
        CheckpointableStore.class,
        store,
        (method, result) ->
            method.equals("openRaftBatch")
                ? failing(RaftBatch.class, (RaftBatch) result.call(), "commit", commits, n, failure)
                : result.call());
  }

  /** Fails every checkpoint. */
  static CheckpointableStore atCheckpoint(CheckpointableStore store, Throwable failure) {
    return failing(CheckpointableStore.class, store, "checkpoint", new AtomicInteger(), 0, failure);
  }

  /** Whatever it has applied, nothing of it is durable. */
  static CheckpointableStore neverDurable(CheckpointableStore store) {
    return proxy(
        CheckpointableStore.class,
        store,
        (method, result) -> method.equals("durablePosition") ? LogPosition.NONE : result.call());
  }

  private static <T> T failing(
      Class<T> type, T target, String name, AtomicInteger calls, int n, Throwable failure) {
    return proxy(
        type,
        target,
        (method, result) -> {
          if (method.equals(name) && calls.getAndIncrement() >= n) {
            throw failure;
          }
          return result.call();
        });
  }

  private interface Call {
    Object call() throws Throwable;
  }

  private interface Interceptor {
    Object intercept(String method, Call call) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, T target, Interceptor interceptor) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                interceptor.intercept(
                    method.getName(),
                    () -> {
                      try {
                        return method.invoke(target, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause();
                      }
                    })));
  }
}
