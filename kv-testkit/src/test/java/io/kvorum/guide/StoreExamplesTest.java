// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CancelledException;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.ConflictClass;
import io.kvorum.api.ConflictKind;
import io.kvorum.api.FlushSchedule;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.RecordCursor;
import io.kvorum.api.SnapshotFormatException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.api.WriteConflictException;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.store.memory.InMemoryMvccStore;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of stores without replication. */
class StoreExamplesTest {

  @TempDir Path folder;

  private final CheckpointableStore store = InMemoryMvccStore.create(StoreOptions.defaults());
  private final byte[] key = "user/1".getBytes(UTF_8);
  private final byte[] value = "Ada".getBytes(UTF_8);
  private final byte[] newValue = "Ada L.".getBytes(UTF_8);

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void versions() {
    List<byte[]> seen = new ArrayList<>();
    // javadoc: MvccStore
    try (MvccStore store = InMemoryMvccStore.create(StoreOptions.defaults())) {
      store.putAt(key, value, 10, 0); // at timestamp 10, for ever
      store.putAt(key, newValue, 20, 30); // at 20, until 30
      seen.add(store.getAt(key, 19)); // value
      seen.add(store.getAt(key, 29)); // newValue
      seen.add(store.getAt(key, MvccStore.LATEST)); // null
    }
    // javadoc ends
    assertThat(seen).containsExactly(value, newValue, null);
  }

  @Test
  void aStoreOnDisk() {
    Path dir = folder.resolve("store");
    // javadoc: RocksMvccStore
    try (RocksMvccStore store = RocksMvccStore.open(dir, StoreOptions.defaults())) {
      long now = store.lastCommitTs() + 1;
      store.applyMutations(List.of(Mutation.put(key, value)), List.of(), now, now); // fsynced
    }
    // javadoc ends
    // javadoc: StoreCheck
    StoreCheck.Report report = StoreCheck.check(dir); // nobody has it open
    if (!report.isSound()) {
      throw new IllegalStateException(dir + " is broken: " + report.problems());
    }
    // javadoc ends
    assertThat(report.keys()).isEqualTo(1);
  }

  @Test
  void options() {
    // javadoc: StoreOptions
    StoreOptions options =
        StoreOptions.defaults()
            .withFsmSyncMode(SyncMode.NOWAL) // the Raft log brings back what is not flushed
            .withFlushSchedule(new FlushSchedule(64 << 20, 200_000, Duration.ofSeconds(10)))
            .withMemoryBudget(256 << 20);
    // javadoc ends
    assertThat(options.fsmSyncMode()).isEqualTo(SyncMode.NOWAL);
    assertThat(options.flushSchedule().maxEntries()).isEqualTo(200_000);
  }

  @Test
  void conflicts() {
    store.putAt(key, value, 10, 0);
    assertThat(changed(store.lastCommitTs())).isTrue();
    assertThat(changed(10)).isFalse();
    // javadoc: ConflictClass
    Map<ConflictClass, Long> counts = store.writeConflictCounts();
    ConflictClass ofUsers = new ConflictClass(ConflictKind.WRITE, (byte) 'u');
    long conflicts = counts.getOrDefault(ofUsers, 0L);
    // javadoc ends
    assertThat(conflicts).isEqualTo(1);
  }

  private boolean changed(long startTs) {
    // javadoc: WriteConflictException
    byte[] read = store.getAt(key, startTs);
    Mutation write = Mutation.put(key, longer(read));
    try {
      store.applyMutations(List.of(write), List.of(key), startTs, store.lastCommitTs() + 1);
      return true; // and nobody has changed it since it was read
    } catch (WriteConflictException e) { // somebody has changed e.key(): read again
      return false;
    }
    // javadoc ends
  }

  private static byte[] longer(byte[] read) {
    return Arrays.copyOf(read, read.length + 1);
  }

  @Test
  void timestampsThatWereCollected() {
    store.putAt(key, value, 10, 0);
    store.setMinRetainedTs(20);
    assertThat(read(15)).isEqualTo(value);
  }

  private byte[] read(long timestamp) {
    // javadoc: ReadTimestampCompactedException
    try {
      return store.getAt(key, timestamp);
    } catch (ReadTimestampCompactedException e) { // too long ago: the oldest that is left
      return store.getAt(key, e.oldestReadable());
    }
    // javadoc ends
  }

  @Test
  void cancelledCollection() {
    store.putAt(key, value, 10, 0);
    store.putAt(key, newValue, 20, 0);
    assertThat(collected(new AtomicBoolean(true))).isFalse();
    assertThat(collected(new AtomicBoolean())).isTrue();
    assertThat(store.minRetainedTs()).isEqualTo(20);
  }

  private boolean collected(AtomicBoolean closing) {
    // javadoc: Cancellation
    Cancellation whenClosing = closing::get;
    try {
      store.compact(store.lastCommitTs(), whenClosing);
      return true;
    } catch (CancelledException e) { // the next call goes on
      return false;
    }
    // javadoc ends
  }

  @Test
  void snapshots() throws IOException {
    store.putAt(key, value, 10, 0);
    Path file = folder.resolve("snapshot");
    try (MvccStore copy = InMemoryMvccStore.create(StoreOptions.defaults())) {
      assertThat(copied(file, copy)).isTrue();
      assertThat(copy.getAt(key, 10)).isEqualTo(value);
      Files.write(file, new byte[] {1, 2, 3});
      assertThat(restored(file, copy)).isFalse();
      assertThat(copy.getAt(key, 10)).isEqualTo(value);
    }
  }

  private boolean copied(Path file, MvccStore copy) throws IOException {
    // javadoc: MvccSnapshot
    try (MvccSnapshot snapshot = store.snapshot();
        OutputStream out = Files.newOutputStream(file)) {
      snapshot.writeTo(out); // beside writes, which it does not show
    }
    try (InputStream in = Files.newInputStream(file)) {
      copy.restore(in);
    }
    // javadoc ends
    return true;
  }

  private static boolean restored(Path file, MvccStore copy) throws IOException {
    // javadoc: SnapshotFormatException
    try (InputStream in = Files.newInputStream(file)) {
      copy.restore(in);
      return true;
    } catch (SnapshotFormatException e) { // cut or damaged: the store is as it was
      return false;
    }
    // javadoc ends
  }

  @Test
  void whatReplicasDo() {
    byte[] name = "state/1".getBytes(UTF_8);
    byte[] large = "large".getBytes(UTF_8);
    LogPosition position = new LogPosition(1, 7);
    // javadoc: RaftBatch
    try (RaftBatch batch = store.openRaftBatch()) {
      batch.applyMutationsRaft(List.of(Mutation.put(key, value)), List.of(), 10, 10);
      batch.putLargeRaft(large, new LargeReference(5 << 20, 1), 11, 0);
      batch.putRecord(name, value); // the state machine's own
      batch.commit(position); // all of it, as one write
    }
    // javadoc ends
    long bytes = 0;
    KeyRange range = KeyRange.prefix("state/".getBytes(UTF_8));
    // javadoc: RecordCursor
    try (RecordCursor records = store.openRecords(range)) {
      while (records.next()) {
        bytes += records.value().length;
      }
    }
    // javadoc ends
    assertThat(bytes).isEqualTo(value.length);
    checkpoint(folder.resolve("checkpoint"), InMemoryMvccStore.create(StoreOptions.defaults()));
  }

  private void checkpoint(Path dir, CheckpointableStore other) {
    // javadoc: CheckpointableStore
    LogPosition held = store.checkpoint(dir); // fsynced; dir did not exist
    other.installCheckpoint(dir);
    boolean same = other.appliedPosition().equals(held); // true
    // javadoc ends
    assertThat(same).isTrue();
    assertThat(other.getAt(key, 10)).isEqualTo(value);
    other.close();
  }
}
