// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.MvccStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The numbers of the grammar in the package description, and what writer and reader share. */
final class StreamFormat {

  static final int VERSION = 1;

  /** CR LF in it: a transfer that converts line ends is found at once. */
  static final long MAGIC = 0x4B56_534E_4150_0D0AL;

  /** magic, version, term, index, lastCommitTs, minRetainedTs; the crc comes on top. */
  static final int PREAMBLE_BYTES = 8 + 4 + 4 * 8;

  static final int MAX_CHUNK_BYTES = 64 * 1024;
  static final int CRC_BYTES = 4;
  static final int SHA_BYTES = 32;

  static final byte LIVE = 0;
  static final byte TOMBSTONE = 1;
  static final byte STATE = 2;
  static final byte LARGE = 3;

  static final int MAX_VALUE_BYTES = 1 << 30;

  private StreamFormat() {}

  static String magicText() {
    byte[] text = new byte[8];
    for (int i = 0; i < 8; i++) {
      text[i] = (byte) (MAGIC >>> (56 - 8 * i));
    }
    return new String(text, StandardCharsets.US_ASCII).strip();
  }

  static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** What is wrong with the record by itself, behind this one, or in this stream; null: nothing. */
  static @Nullable String fault(
      SnapshotHeader header, @Nullable StreamRecord before, StreamRecord record) {
    if (record instanceof StateRecord state) {
      return fault(before, state);
    }
    if (before instanceof StateRecord) {
      return "it is out of order: versions stand before all state records";
    }
    return fault(header, (VersionRecord) before, (VersionRecord) record);
  }

  private static @Nullable String fault(@Nullable StreamRecord before, StateRecord record) {
    int key = record.key().length;
    if (key == 0 || key > CheckpointableStore.MAX_RECORD_KEY_BYTES) {
      return "its key has " + key + " bytes";
    }
    if (record.value().length > CheckpointableStore.MAX_RECORD_VALUE_BYTES) {
      return "its value has " + record.value().length + " bytes";
    }
    boolean behind =
        before instanceof StateRecord state
            && Arrays.compareUnsigned(state.key(), record.key()) >= 0;
    return behind ? "it is out of order behind " + before : null;
  }

  private static @Nullable String fault(
      SnapshotHeader header, @Nullable VersionRecord before, VersionRecord record) {
    if (record.key().length == 0 || record.key().length > MvccStore.MAX_KEY_BYTES) {
      return "its key has " + record.key().length + " bytes";
    }
    if (record.value().length > MAX_VALUE_BYTES) {
      return "its value has " + record.value().length + " bytes";
    }
    if (record.commitTs() < 0 || record.expireAt() < 0) {
      return "a timestamp is negative";
    }
    if (record.tombstone() && (record.expireAt() != 0 || record.value().length != 0)) {
      return "a tombstone carries a value or an expiry";
    }
    if (record.large() != null && (record.tombstone() || record.value().length != 0)) {
      return "a large version carries a value, or is a tombstone";
    }
    if (record.commitTs() > header.lastCommitTs()) {
      return "its commit timestamp is above lastCommitTs " + header.lastCommitTs();
    }
    if (before != null) {
      int byKey = Arrays.compareUnsigned(before.key(), record.key());
      if (byKey > 0 || (byKey == 0 && before.commitTs() <= record.commitTs())) {
        return "it is out of order behind " + before;
      }
    }
    return null;
  }

  /** The same, as an exception for the one who wrote the record. */
  static void check(SnapshotHeader header, @Nullable StreamRecord before, StreamRecord record) {
    String fault = fault(header, before, record);
    if (fault != null) {
      throw new InvalidArgumentException(record + " cannot be in a snapshot: " + fault);
    }
  }
}
