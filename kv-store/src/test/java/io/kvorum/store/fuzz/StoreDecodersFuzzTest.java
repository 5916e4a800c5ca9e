// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccStore;
import io.kvorum.api.SnapshotFormatException;
import io.kvorum.store.codec.Link;
import io.kvorum.store.codec.PrefixDelete;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.UndoRecord;
import io.kvorum.store.codec.UndoRef;
import io.kvorum.store.codec.VersionBytes;
import io.kvorum.store.snapshot.SnapshotHeader;
import io.kvorum.store.snapshot.SnapshotReader;
import io.kvorum.store.snapshot.SnapshotWriter;
import io.kvorum.store.snapshot.StreamRecord;
import io.kvorum.store.snapshot.VersionRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every decoder of the store's own bytes takes any bytes: it refuses them by type, or what it has
 * read encodes to the same bytes again.
 */
class StoreDecodersFuzzTest {

  static Stream<byte[]> historyKeys() {
    return Stream.of(
        StoreKeys.history(new byte[] {'k'}, 7),
        StoreKeys.history(new byte[] {0, (byte) 0xFF, 0, 0}, 0),
        StoreKeys.history(new byte[] {1, 0}, MvccStore.LATEST),
        StoreKeys.historyEnd(new byte[] {0}),
        new byte[] {'h'});
  }

  @MethodSource("historyKeys")
  @FuzzTest
  void historyKey(byte[] bytes) {
    byte[] userKey = StoreKeys.userKeyOfHistory(bytes);
    if (userKey != null) {
      same(StoreKeys.history(userKey, StoreKeys.historyTs(bytes)), bytes);
    }
  }

  static Stream<byte[]> garbage() {
    return Stream.of(
        StoreRecords.encodeKeys(List.of()),
        StoreRecords.encodeKeys(List.of(new byte[0], new byte[] {1, 2})),
        new byte[] {0, 0, 0, 9, 1},
        new byte[] {-1, -1, -1, -1},
        new byte[] {0, 0});
  }

  @MethodSource("garbage")
  @FuzzTest
  void garbageKeys(byte[] bytes) {
    try {
      same(StoreRecords.encodeKeys(StoreRecords.decodeKeys(bytes)), bytes);
    } catch (IllegalArgumentException e) {
      refused(e);
    }
  }

  static Stream<byte[]> prefixDeletes() {
    return Stream.of(
        new PrefixDelete("p".getBytes(UTF_8), null, 5).encode(),
        new PrefixDelete(new byte[0], new byte[0], 5).encode(),
        new PrefixDelete(new byte[] {0}, new byte[] {0, 1}, 5).encode(),
        new byte[] {0, 0, 0, 1, 2, 3},
        new byte[] {127, -1, -1, -1, 0});
  }

  @MethodSource("prefixDeletes")
  @FuzzTest
  void prefixDelete(byte[] bytes) {
    try {
      same(PrefixDelete.decode(5, bytes).encode(), bytes);
    } catch (IllegalArgumentException e) {
      refused(e);
    }
  }

  static Stream<byte[]> versions() {
    return Stream.of(
        VersionBytes.put(7, new byte[0], 0),
        VersionBytes.put(7, new byte[] {1}, 9),
        VersionBytes.tombstone(MvccStore.LATEST),
        VersionBytes.large(7, new LargeReference(1, 2), 0),
        VersionBytes.large(7, new LargeReference(1, 2), 9),
        VersionBytes.stored(VersionBytes.put(7, new byte[] {1}, 9), link(1), true),
        VersionBytes.stored(VersionBytes.tombstone(7), link(300), false),
        new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 1},
        new byte[] {3, -1, 0, 0, 0, 0, 0, 0, 1});
  }

  @MethodSource("versions")
  @FuzzTest
  void version(byte[] bytes) {
    if (!VersionBytes.isWellFormed(bytes)) {
      return;
    }
    long ts = VersionBytes.commitTs(bytes);
    byte[] again =
        VersionBytes.isTombstone(bytes)
            ? VersionBytes.tombstone(ts)
            : live(bytes, ts, VersionBytes.expireAt(bytes));
    same(
        VersionBytes.stored(again, VersionBytes.link(bytes), VersionBytes.hasHistory(bytes)),
        bytes);
  }

  /** Of a version with so many below it. */
  private static Link link(int depth) {
    Link link = Link.NONE;
    for (int i = 0; i < depth; i++) {
      link = link.next(new UndoRef(9 + i, 1_000 + i, i % 64));
    }
    return link;
  }

  static Stream<byte[]> undoRecords() {
    return Stream.of(
        UndoRecord.encode(List.of()),
        UndoRecord.encode(
            List.of(
                new UndoRecord.Entry(new byte[200], VersionBytes.tombstone(7)),
                new UndoRecord.Entry(new byte[0], new byte[0]))),
        new byte[] {1, 2, 3},
        new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 127});
  }

  @MethodSource("undoRecords")
  @FuzzTest
  void undoRecord(byte[] bytes) {
    List<UndoRecord.Entry> entries;
    try {
      entries = UndoRecord.entries(bytes);
    } catch (IllegalArgumentException e) {
      refused(e);
      return;
    }
    same(UndoRecord.encode(entries), bytes);
    for (int i = 0; i < entries.size(); i++) {
      same(
          UndoRecord.encode(List.of(Objects.requireNonNull(UndoRecord.entry(bytes, i)))),
          UndoRecord.encode(List.of(entries.get(i))));
    }
  }

  private static byte[] live(byte[] bytes, long ts, long expireAt) {
    return VersionBytes.isLarge(bytes)
        ? VersionBytes.large(ts, VersionBytes.reference(bytes), expireAt)
        : VersionBytes.put(ts, VersionBytes.value(new byte[] {1}, bytes), expireAt);
  }

  static Stream<byte[]> streams() {
    byte[] whole =
        write(
            new SnapshotHeader(new LogPosition(3, 17), 40, 5),
            List.of(
                VersionRecord.live(new byte[] {0}, 40, 0, new byte[0]),
                VersionRecord.tombstone(new byte[] {0}, 7),
                VersionRecord.large(new byte[] {0}, 6, 9, new LargeReference(1L << 33, 2)),
                VersionRecord.live(new byte[] {0, 0}, 1, 50, new byte[100])));
    byte[] empty = write(new SnapshotHeader(LogPosition.NONE, 0, 0), List.of());
    return Stream.of(whole, empty, Arrays.copyOf(whole, 70), new byte[0]);
  }

  @MethodSource("streams")
  @FuzzTest
  void snapshotStream(byte[] bytes) {
    List<StreamRecord> records = new ArrayList<>();
    SnapshotHeader header;
    try {
      SnapshotReader reader = new SnapshotReader(new ByteArrayInputStream(bytes));
      header = reader.header();
      for (StreamRecord one = reader.next(); one != null; one = reader.next()) {
        records.add(one);
      }
    } catch (SnapshotFormatException e) {
      refused(e);
      return;
    }
    same(write(header, records), bytes);
  }

  private static byte[] write(SnapshotHeader header, List<? extends StreamRecord> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotWriter writer = new SnapshotWriter(out, header);
    records.forEach(writer::add);
    writer.finish();
    return out.toByteArray();
  }

  private static void same(byte[] again, byte[] bytes) {
    if (!Arrays.equals(again, bytes)) {
      throw new AssertionError(
          Arrays.toString(bytes) + " was read, and written as " + Arrays.toString(again));
    }
  }

  private static void refused(RuntimeException e) {
    if (e.getMessage() == null) {
      throw new AssertionError("refused without a word", e);
    }
  }
}
