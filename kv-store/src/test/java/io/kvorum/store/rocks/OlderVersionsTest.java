// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static io.kvorum.store.Streams.stream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.Cancellation;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.store.codec.Link;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.UndoRecord;
import io.kvorum.store.codec.UndoRef;
import io.kvorum.store.codec.VersionBytes;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Where older versions stand, and how they are found: links, undo records, history. */
class OlderVersionsTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);

  private static final byte[] KEY = "k".getBytes(UTF_8);

  @TempDir Path dir;

  @Test
  void oneOfManyVersionsIsFoundInFewSteps() {
    int versions = 20_000;
    try (Filled filled = new Filled(dir, versions)) {
      Random random = new Random(1);
      for (int i = 0; i < 300; i++) {
        long ts = 1L + random.nextInt(versions - 1);
        Counting reader = new Counting(filled.engine.database());
        byte[] found = requireNonNull(olderVersions(reader).at(ts));
        assertThat(VersionBytes.commitTs(found)).isEqualTo(ts);
        // Four levels of 16 steps each, and what a look down a level may cost.
        assertThat(reader.gets).isLessThan(80);
      }
      Counting reader = new Counting(filled.engine.database());
      assertThat(olderVersions(reader).at(versions - 3)).isNotNull();
      assertThat(reader.gets).as("a read of the near past").isLessThan(8);
    }
  }

  private static OlderVersions olderVersions(RecordReader reader) {
    return new OlderVersions(reader, KEY, requireNonNull(reader.get(StoreKeys.newest(KEY))));
  }

  /** A link begun anew has one level, what stands below has all that it ever had. */
  @Test
  void aReadBelowALinkBegunAnewTakesFewStepsToo() {
    int versions = 5_000;
    try (Filled filled = new Filled(dir, versions)) {
      filled.engine.raiseWatermark(versions);
      filled.write(versions + 1, 1);
      Counting reader = new Counting(filled.engine.database());
      assertThat(VersionBytes.link(requireNonNull(reader.get(StoreKeys.newest(KEY)))).depth())
          .isEqualTo(1);
      assertThat(olderVersions(reader).at(7)).isNotNull();
      assertThat(reader.gets).isLessThan(80);
    }
  }

  /** In a group of timestamps that fall, what is replaced is due with what replaces it. */
  @Test
  void whatIsReplacedInOneGroupIsDueWithWhatReplacesIt() {
    try (Filled filled = new Filled(dir, 0)) {
      PendingBatch batch = filled.engine.begin();
      batch.write(KEY, VersionBytes.put(12, KEY, 0));
      batch.write(KEY, VersionBytes.put(7, KEY, 0));
      filled.engine.commitRaft(batch, new LogPosition(1, 1));
      assertThat(filled.engine.nextGarbageTs(0)).hasValue(12);
    }
  }

  @Test
  void linksThatLeadInACircleAreDamage() throws RocksDBException {
    try (Filled filled = new Filled(dir, 0)) {
      Link link = Link.NONE.next(new UndoRef(5, 0, 0));
      byte[] newest = VersionBytes.stored(VersionBytes.put(5, KEY, 0), link, false);
      try (WriteBatch batch = new WriteBatch()) {
        batch.put(StoreKeys.newest(KEY), newest);
        batch.put(
            StoreKeys.undo(5, 0), UndoRecord.encode(List.of(new UndoRecord.Entry(KEY, newest))));
        filled.engine.database().writeRepeatable(batch);
      }
      assertThatThrownBy(() -> filled.engine.liveAt(KEY, 3))
          .isInstanceOf(StoreCorruptException.class)
          .hasMessageContaining("not older");
    }
  }

  @Test
  void aMissingUndoRecordIsDamageThatStopsTheStore() throws RocksDBException {
    try (Filled filled = new Filled(dir, 100)) {
      assertThat(filled.engine.liveAt(KEY, 50)).isNotNull();
      filled.deleteUndo();
      assertThat(filled.engine.liveAt(KEY, MvccStore.LATEST)).isNotNull();
      assertThatThrownBy(() -> filled.engine.liveAt(KEY, 50))
          .isInstanceOf(StoreCorruptException.class)
          .hasMessageContaining("undo record")
          .hasMessageContaining("missing")
          .hasMessageContaining("restore it");
      assertThatThrownBy(filled.engine::checkWorking).isInstanceOf(StoreFailedException.class);
    }
  }

  /** What the watermark has passed is gone from the files' point of view, by one range. */
  @Test
  void undoRecordsGoWithTheWatermark() {
    int undoRecords;
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      for (int ts = 1; ts <= 500; ts++) {
        store.applyMutationsRaft(
            new LogPosition(1, ts), List.of(Mutation.put(KEY, KEY)), List.of(), ts, ts);
      }
    }
    undoRecords = undoRecords();
    assertThat(undoRecords).isEqualTo(499);
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS);
        MvccCursor cursor = store.openCursor(KeyRange.all(), 7, false);
        MvccSnapshot snapshot = store.snapshot()) {
      store.compact(300, Cancellation.NEVER);
      assertThat(store.nextGarbageTs(300)).hasValue(301);
      assertThat(store.getAt(KEY, 300)).isEqualTo(KEY);
      assertThat(cursor.next()).as("a view of before").isTrue();
      assertThat(stream(snapshot)).isNotEqualTo(stream(store));
    }
    assertThat(undoRecords()).isEqualTo(200);
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      store.compact(400, Cancellation.NEVER);
      store.compact(500, Cancellation.NEVER);
      assertThat(store.nextGarbageTs(500)).isEmpty();
    }
    assertThat(undoRecords()).isZero();
    assertThat(StoreCheck.check(dir)).isEqualTo(new StoreCheck.Report(1, 1, List.of()));
  }

  private int undoRecords() {
    int[] found = {0};
    try (StoredRecords records = StoredRecords.open(dir)) {
      records.forEach((key, value) -> found[0] += key[0] == 'u' ? 1 : 0);
    }
    return found[0];
  }

  /** An engine with one key, written at 1, 2, 3 and so on, in groups. */
  private static final class Filled implements AutoCloseable {

    private final Engine engine;

    Filled(Path dir, int versions) {
      Path generation = dir.resolve("gen-000001");
      engine =
          Engine.create(
              generation, OPTIONS, Durability.of(SyncMode.NOSYNC), new FailStop(generation));
      for (int ts = 1; ts <= versions; ts += 100) {
        write(ts, Math.min(100, versions + 1 - ts));
      }
    }

    /** One group. */
    void write(int firstTs, int count) {
      PendingBatch batch = engine.begin();
      for (int ts = firstTs; ts < firstTs + count; ts++) {
        batch.write(KEY, VersionBytes.put(ts, KEY, 0));
      }
      engine.commitRaft(batch, new LogPosition(1, firstTs));
    }

    void deleteUndo() throws RocksDBException {
      try (WriteBatch batch = new WriteBatch()) {
        batch.deleteRange(StoreKeys.undoFirst(), StoreKeys.undoLast());
        engine.database().writeRepeatable(batch);
      }
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  /** Counts what is looked up. */
  private static final class Counting implements RecordReader {

    private final RecordReader records;
    private int gets;

    Counting(RecordReader records) {
      this.records = records;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      gets++;
      return records.get(key);
    }

    @Override
    public RecordIterator records(byte[] from, byte[] to) {
      return records.records(from, to);
    }

    @Override
    public StoreFailedException damaged(String what) {
      return records.damaged(what);
    }
  }
}
