// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.util.ArrayDeque;
import org.rocksdb.RocksObject;

/** Owns native objects and closes them in the reverse order of their making. */
final class NativeStack implements AutoCloseable {

  private final ArrayDeque<RocksObject> objects = new ArrayDeque<>();

  <T extends RocksObject> T own(T object) {
    objects.push(object);
    return object;
  }

  @Override
  public void close() {
    while (!objects.isEmpty()) {
      objects.pop().close();
    }
  }
}
