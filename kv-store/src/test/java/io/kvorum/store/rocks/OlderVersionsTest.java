// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

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
import io.kvorum.api.RaftBatch;
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
import io.kvorum.store.memory.InMemoryMvccStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Where older versions stand, and how they are found: links, undo records, history. */
class OlderVersionsTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);

  /** Effort 0: as little as tells a mutant from the original. */
  private static final int STEPS = Integer.getInteger("kvorum.effort", 1) == 0 ? 8 : 60;

  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final List<byte[]> KEYS = List.of(KEY, new byte[] {'k', 0}, new byte[] {0});

  @TempDir Path dir;

  /**
   * Keys with hundreds of versions, most of them of one key: every read and every stream is that of
   * the store in memory, whatever was written late, collected, restored or opened again.
   */
  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void deepHistoriesAreThoseOfTheStoreInMemory(@ForAll long seed) throws IOException {
    Path folder = Files.createTempDirectory("kvorum-older");
    try (InMemoryMvccStore memory = InMemoryMvccStore.create(OPTIONS)) {
      new DeepRun(seed, folder, memory).run();
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }

  private static final class DeepRun {

    private final Random random;
    private final Path folder;
    private final InMemoryMvccStore memory;
    private RocksMvccStore store;
    private long lastTs = 1;

    DeepRun(long seed, Path folder, InMemoryMvccStore memory) {
      this.random = new Random(seed);
      this.folder = folder;
      this.memory = memory;
      this.store = RocksMvccStore.open(folder.resolve("store"), OPTIONS);
    }

    void run() {
      try {
        for (int step = 0; step < STEPS; step++) {
          switch (random.nextInt(14)) {
            case 0 -> reopen();
            case 1 -> compact();
            case 2 -> restore();
            case 3 -> both(each -> each.deletePrefixAt(new byte[] {'k'}, null, tick()));
            case 4, 5 -> late();
            default -> group();
          }
          compare();
        }
      } finally {
        store.close();
      }
      assertThat(StoreCheck.check(folder.resolve("store")).problems()).isEmpty();
    }

    /** One action with the same timestamp on both. */
    private void both(Consumer<MvccStore> action) {
      long before = lastTs;
      action.accept(memory);
      lastTs = before;
      action.accept(store);
    }

    private long tick() {
      return ++lastTs;
    }

    private void reopen() {
      store.close();
      Path path = folder.resolve("store");
      assertThat(StoreCheck.check(path).problems()).isEmpty();
      store = RocksMvccStore.open(path, OPTIONS);
    }

    private void compact() {
      long to = Math.max(0, lastTs - random.nextInt(500));
      memory.compact(to, Cancellation.NEVER);
      store.compact(to, Cancellation.NEVER);
    }

    private void restore() {
      byte[] stream = stream(store);
      assertThat(stream).isEqualTo(stream(memory));
      store.restore(new ByteArrayInputStream(stream));
    }

    /** Below the newest version, at a timestamp that may be taken. */
    private void late() {
      byte[] key = key();
      long ts = Math.max(memory.minRetainedTs() + 1, lastTs - random.nextInt(120));
      lastTs = Math.max(lastTs, ts);
      byte[] value = value();
      for (MvccStore each : List.of(memory, store)) {
        if (value == null) {
          each.deleteAt(key, ts);
        } else {
          each.putAt(key, value, ts, 0);
        }
      }
    }

    /** Many writes of few keys in one write. */
    private void group() {
      try (RaftBatch first = memory.openRaftBatch();
          RaftBatch second = store.openRaftBatch()) {
        for (int i = random.nextInt(60); i >= 0; i--) {
          byte[] key = key();
          byte[] value = value();
          lastTs = Math.max(lastTs, memory.minRetainedTs()) + 1 + random.nextInt(2);
          long expireAt = random.nextInt(10) == 0 ? lastTs + random.nextInt(100) + 1 : 0;
          Mutation mutation =
              value == null ? Mutation.delete(key) : Mutation.put(key, value, expireAt);
          for (RaftBatch each : List.of(first, second)) {
            each.applyMutationsRaft(List.of(mutation), List.of(), lastTs, lastTs);
          }
          long ts = readTs();
          assertThat(second.getAt(key, ts)).isEqualTo(first.getAt(key, ts));
        }
        LogPosition position = new LogPosition(1, memory.appliedPosition().index() + 1);
        first.commit(position);
        second.commit(position);
      }
    }

    private byte[] key() {
      return KEYS.get(random.nextInt(8) == 0 ? 1 + random.nextInt(KEYS.size() - 1) : 0);
    }

    private byte @Nullable [] value() {
      byte[] value = new byte[random.nextInt(90)];
      random.nextBytes(value);
      return random.nextInt(8) == 0 ? null : value;
    }

    private long readTs() {
      long oldest = memory.minRetainedTs();
      return oldest + random.nextLong(Math.max(1, lastTs + 2 - oldest));
    }

    private void compare() {
      for (int i = 0; i < 40; i++) {
        long ts = readTs();
        for (byte[] key : KEYS) {
          assertThat(store.getAt(key, ts)).as("at %s", ts).isEqualTo(memory.getAt(key, ts));
        }
        assertThat(store.scanAt(KeyRange.all(), 9, ts))
            .isEqualTo(memory.scanAt(KeyRange.all(), 9, ts));
      }
      assertThat(store.lastCommitTs()).isEqualTo(memory.lastCommitTs());
      assertThat(stream(store)).isEqualTo(stream(memory));
    }
  }

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

  private static byte[] stream(MvccStore store) {
    try (MvccSnapshot snapshot = store.snapshot()) {
      return stream(snapshot);
    }
  }

  private static byte[] stream(MvccSnapshot snapshot) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    snapshot.writeTo(out);
    return out.toByteArray();
  }
}
