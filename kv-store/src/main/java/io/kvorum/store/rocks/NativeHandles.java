// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is open natively in this process: databases, iterators, pinned views. Always counted; with
 * the system property {@value #LEAK_DETECTION_PROPERTY} set to true when the class is loaded, each
 * is also listed with the stack that opened it. That costs a stack trace for each one opened, so it
 * is meant for tests. Thread-safe.
 */
public final class NativeHandles {

  /** The system property that turns the list on. */
  public static final String LEAK_DETECTION_PROPERTY = "kvorum.leak.detection";

  private static final boolean DETECTING = Boolean.getBoolean(LEAK_DETECTION_PROPERTY);
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Set<Handle> LISTED = ConcurrentHashMap.newKeySet();

  private NativeHandles() {}

  /**
   * Something that is open.
   *
   * @param what a noun for it
   * @param openedAt carries the stack that opened it
   */
  public record Open(String what, Throwable openedAt) {}

  /** How many are open: 0 when every store, cursor and snapshot was closed. */
  public static long count() {
    return COUNT.get();
  }

  /** All that are open now, in no order; always empty when {@link #isDetecting} is false. */
  public static List<Open> list() {
    return LISTED.stream().map(Handle::described).toList();
  }

  /** Whether {@link #list} knows anything. */
  public static boolean isDetecting() {
    return DETECTING;
  }

  /** Called by the owner of what it has just opened; the owner closes the handle with it. */
  static Handle opened(String what) {
    COUNT.incrementAndGet();
    Handle handle = new Handle(what, DETECTING ? new Throwable(what + " opened here") : null);
    if (DETECTING) {
      LISTED.add(handle);
    }
    return handle;
  }

  /** One open thing. */
  static final class Handle {

    private final String what;
    private final @Nullable Throwable openedAt;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Handle(String what, @Nullable Throwable openedAt) {
      this.what = what;
      this.openedAt = openedAt;
    }

    private Open described() {
      return new Open(what, openedAt == null ? new Throwable(what) : openedAt);
    }

    /** Idempotent. */
    void closed() {
      if (closed.compareAndSet(false, true)) {
        COUNT.decrementAndGet();
        LISTED.remove(this);
      }
    }
  }
}
