// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what is open natively in this process, so that a test can see a leak. */
final class NativeHandles {

  private static final AtomicLong OPEN = new AtomicLong();

  private NativeHandles() {}

  static void opened() {
    OPEN.incrementAndGet();
  }

  static void closed() {
    OPEN.decrementAndGet();
  }

  static long open() {
    return OPEN.get();
  }
}
