// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeValue;
import io.kvorum.api.LargeValueException;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The code of docs/guide/large-values.md. */
final class LargeValuesGuide {

  private final ReplicatedKv kv;

  LargeValuesGuide(ReplicatedKv kv) {
    this.kv = kv;
  }

  // guide: write
  Commit store(byte[] key, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return kv.putStream(key, in);
    }
  }

  // guide ends

  // guide: read
  boolean load(byte[] key, Path file) throws IOException {
    try (LargeValue value = kv.openStream(key)) {
      if (value == null) {
        return false;
      }
      System.out.println(value.length() + " bytes follow");
      try (OutputStream out = Files.newOutputStream(file)) {
        value.transferTo(out);
      }
      return true;
    }
  }

  // guide ends

  // guide: get
  String describe(byte[] key) {
    try {
      byte[] value = kv.get(key);
      return value == null ? "absent" : value.length + " bytes";
    } catch (LargeValueException e) {
      return e.length() + " bytes, a large value";
    }
  }

  // guide ends

  // guide: scan
  List<String> list(KeyRange range) {
    List<String> lines = new ArrayList<>();
    try (MvccCursor cursor = kv.openCursor(range, false, ReadOptions.linearizable())) {
      while (cursor.next()) {
        KeyValue entry = cursor.entry();
        String name = new String(entry.key(), UTF_8);
        lines.add(name + (entry.isLarge() ? " is large: " : ": ") + entry.valueLength());
      }
    }
    return lines;
  }

  // guide ends

  // guide: retry
  Commit storePatiently(byte[] key, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return kv.withTimeout(Duration.ofMinutes(1)).putStream(key, in);
    }
  }
  // guide ends
}
