// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How durable a write of the raft family is when it returns. The direct family is fsynced in every
 * mode.
 *
 * <p>Example: {@link StoreOptions}.
 */
public enum SyncMode {
  /** RocksDB's write-ahead log is written and fsynced. */
  SYNC,
  /** RocksDB's write-ahead log is written, not fsynced: the Raft log brings back what is lost. */
  NOSYNC,
  /** RocksDB's write-ahead log is not written at all: the Raft log is the write-ahead log. */
  NOWAL;

  /**
   * The mode that a configuration text names, trimmed and in any case; {@link #SYNC} for null, an
   * empty or an unknown text, because a typing error must never cost durability.
   */
  public static SyncMode parse(@Nullable String text) {
    return parseStrict(text).orElse(SYNC);
  }

  /** As {@link #parse}, but empty when the text (null included) names no mode. */
  public static Optional<SyncMode> parseStrict(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    String name = text.trim().toUpperCase(Locale.ROOT);
    for (SyncMode mode : values()) {
      if (mode.name().equals(name)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  /** The name as it stands in configuration and reports: lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
