// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.MvccStore;
import java.io.ByteArrayOutputStream;

/** Snapshot streams in memory. */
public final class Streams {

  private Streams() {}

  /** Of the store as it is now. */
  public static byte[] stream(MvccStore store) {
    try (MvccSnapshot snapshot = store.snapshot()) {
      return stream(snapshot);
    }
  }

  public static byte[] stream(MvccSnapshot snapshot) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    snapshot.writeTo(out);
    return out.toByteArray();
  }
}
