// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.StoreOptions;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;

/**
 * What a topic of the contract runs on. Each topic is an interface with tests; a class that opens a
 * store implements all of them.
 */
public interface StoreSuite {

  /** A store of this test, fresh, with a limit for values of {@link #MAX_VALUE_BYTES}. */
  CheckpointableStore store();

  /** Another, fresh store of the same kind, closed after the test. */
  CheckpointableStore another(StoreOptions options);

  /**
   * How far apart the bits are that are flipped in a stream, one at a time: 1 is every bit, 7 still
   * hits every byte.
   */
  default int bitsBetweenFlips() {
    return 1;
  }

  /** An existing directory of this test. */
  Path scratch();

  /** The limit for values in {@link #store()}. */
  int MAX_VALUE_BYTES = 1000;

  /** Bytes of a text. */
  static byte[] b(String text) {
    return text.getBytes(UTF_8);
  }

  /** The whole state as a stream: equal streams are equal states. */
  static byte[] state(CheckpointableStore store) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MvccSnapshot snapshot = store.snapshot()) {
      snapshot.writeTo(out);
    }
    return out.toByteArray();
  }
}
