// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one validator of what callers hand to a store, so that both stores refuse the same input with
 * the same words, before anything has changed.
 */
public final class ArgumentChecks {

  /**
   * For what stands in a log. All replicas must make the same of it, so it is not checked against
   * the limit of one of them, but against the highest there is.
   */
  public static final ArgumentChecks OF_LOG =
      new ArgumentChecks(StoreOptions.HIGHEST_MAX_VALUE_BYTES);

  private final int maxValueBytes;

  /** Checks values against this limit. */
  public ArgumentChecks(int maxValueBytes) {
    this.maxValueBytes = maxValueBytes;
  }

  /** A key that may be read: empty is allowed, too long is not. */
  public static void readKey(byte[] key) {
    notNull(key, "key");
    keyLength(key, "key");
  }

  /** A key that may be written. */
  public static void writeKey(byte[] key) {
    notNull(key, "key");
    if (key.length == 0) {
      throw new InvalidArgumentException(
          "key is empty; a written key has 1 to " + MvccStore.MAX_KEY_BYTES + " bytes");
    }
    keyLength(key, "key");
  }

  /** A value that may be written. */
  public void value(byte[] value) {
    notNull(value, "value");
    if (value.length > maxValueBytes) {
      throw new InvalidArgumentException(
          "value has " + value.length + " bytes, the limit (maxValueBytes) is " + maxValueBytes);
    }
  }

  /** A timestamp, read or commit, or an expiry. */
  public static void timestamp(long ts, String name) {
    if (ts < 0) {
      throw new InvalidArgumentException(
          name + " is " + ts + ", allowed are 0 to " + Long.MAX_VALUE);
    }
  }

  /** A range for a scan or cursor. */
  public static void range(KeyRange range) {
    notNull(range, "range");
  }

  /** A prefix and what it leaves out. */
  public static void prefix(byte[] prefix, byte @Nullable [] excludePrefix) {
    notNull(prefix, "prefix");
    keyLength(prefix, "prefix");
    if (excludePrefix != null) {
      keyLength(excludePrefix, "excludePrefix");
    }
  }

  /**
   * The arguments of an apply, all of them; the watermark is checked by {@link #aboveWatermark}.
   */
  public void apply(List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    notNull(mutations, "mutations");
    notNull(readKeys, "readKeys");
    timestamp(startTs, "startTs");
    timestamp(commitTs, "commitTs");
    if (commitTs < startTs) {
      throw new InvalidArgumentException(
          "commitTs " + commitTs + " is below startTs " + startTs + "; it must not be");
    }
    for (Mutation mutation : mutations) {
      notNull(mutation, "mutation");
      writeKey(mutation.key());
      if (mutation instanceof Mutation.Put put) {
        value(put.value());
        timestamp(put.expireAt(), "expireAt");
      }
    }
    for (byte[] key : readKeys) {
      readKey(key);
    }
  }

  /** The arguments of a large version; the watermark is checked by {@link #aboveWatermark}. */
  public static void large(byte[] key, LargeReference large, long commitTs, long expireAt) {
    writeKey(key);
    notNull(large, "large");
    timestamp(commitTs, "commitTs");
    timestamp(expireAt, "expireAt");
  }

  /** The key of a state record. */
  public static void recordKey(byte[] key) {
    notNull(key, "record key");
    if (key.length == 0 || key.length > CheckpointableStore.MAX_RECORD_KEY_BYTES) {
      throw new InvalidArgumentException(
          "record key has "
              + key.length
              + " bytes, allowed are 1 to "
              + CheckpointableStore.MAX_RECORD_KEY_BYTES);
    }
  }

  /** The value of a state record. */
  public static void recordValue(byte[] value) {
    notNull(value, "record value");
    if (value.length > CheckpointableStore.MAX_RECORD_VALUE_BYTES) {
      throw new InvalidArgumentException(
          "record value has "
              + value.length
              + " bytes, the limit is "
              + CheckpointableStore.MAX_RECORD_VALUE_BYTES);
    }
  }

  /** More keys than the caller is ready to look at. */
  public static InvalidArgumentException tooManyKeys(KeyRange range, int maxKeys) {
    return new InvalidArgumentException(
        range + " holds more than " + maxKeys + " keys, the limit for a range that is checked");
  }

  /** A commit timestamp must be above the watermark; a watermark of 0 was never raised. */
  public static void aboveWatermark(long commitTs, long minRetainedTs) {
    if (minRetainedTs > 0 && commitTs <= minRetainedTs) {
      throw new InvalidArgumentException(
          "commitTs " + commitTs + " is not above the watermark (minRetainedTs) " + minRetainedTs);
    }
  }

  /** A raft write must move the applied position forward. */
  public static void advances(LogPosition position, LogPosition applied) {
    notNull(position, "position");
    if (position.index() <= applied.index()) {
      throw new InvalidArgumentException(
          position + " is not above the applied position " + applied + "; skip what was applied");
    }
  }

  /** The one who may end a long operation. */
  public static void cancellation(Cancellation cancel) {
    notNull(cancel, "cancel");
  }

  /** Where a snapshot is read from. */
  public static void stream(InputStream in) {
    notNull(in, "in");
  }

  private static void keyLength(byte[] bytes, String name) {
    if (bytes.length > MvccStore.MAX_KEY_BYTES) {
      throw new InvalidArgumentException(
          name + " has " + bytes.length + " bytes, the limit is " + MvccStore.MAX_KEY_BYTES);
    }
  }

  /** Anything that must be given. */
  public static void notNull(@Nullable Object value, String name) {
    if (value == null) {
      throw new InvalidArgumentException(name + " is null; it must not be");
    }
  }

  /** Where a checkpoint is to be written: nothing yet, in a directory that exists. */
  public static void newDirectory(Path dir) {
    notNull(dir, "dir");
    if (Files.exists(dir)) {
      throw new InvalidArgumentException(dir + " exists; a checkpoint needs a new directory");
    }
    Path parent = dir.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new InvalidArgumentException(
          parent + " is no directory; a checkpoint needs an existing parent");
    }
  }

  /** Where a checkpoint is. */
  public static void existingDirectory(Path dir) {
    notNull(dir, "dir");
    if (!Files.isDirectory(dir)) {
      throw new InvalidArgumentException(dir + " is no directory, so no checkpoint");
    }
  }
}
