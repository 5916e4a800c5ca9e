// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static io.kvorum.store.Streams.stream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.Cancellation;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreLockedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.check.StoreCheck;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What only the store on disk has: reopening, locking, files, native handles. */
class RocksMvccStoreTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);

  @TempDir Path dir;

  @AfterEach
  void nothingNativeIsLeaked() {
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
  }

  @ParameterizedTest
  @EnumSource(SyncMode.class)
  void keepsEverythingThroughACloseAndAnOpen(SyncMode mode) {
    StoreOptions options = OPTIONS.withFsmSyncMode(mode);
    try (RocksMvccStore store = RocksMvccStore.open(dir, options)) {
      store.putAt(key("a"), key("1"), 1, 0);
      store.applyMutationsRaft(
          new LogPosition(3, 7), List.of(Mutation.put(key("a"), key("2"))), List.of(), 1, 2);
      store.deleteAt(key("b"), 3);
      store.setMinRetainedTs(1);
      assertThat(store.syncMode()).isEqualTo(mode);
    }
    try (RocksMvccStore store = RocksMvccStore.open(dir, options)) {
      assertThat(store.getAt(key("a"), 1)).isEqualTo(key("1"));
      assertThat(store.getAt(key("a"), MvccStore.LATEST)).isEqualTo(key("2"));
      assertThat(store.latestCommitTs(key("b"))).hasValue(3);
      assertThat(store.lastCommitTs()).isEqualTo(3);
      assertThat(store.minRetainedTs()).isEqualTo(1);
      assertThat(store.appliedPosition()).isEqualTo(new LogPosition(3, 7));
    }
  }

  @Test
  void aSecondOpenerIsRefusedWhileTheFirstGoesOn() {
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      assertThatThrownBy(() -> RocksMvccStore.open(dir, OPTIONS))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining(dir.toString());
      store.putAt(key("a"), key("1"), 1, 0);
    }
    RocksMvccStore.open(dir, OPTIONS).close();
  }

  @Test
  void aMissingCurrentFileIsDamageOnceTheStoreWasUsed() throws IOException {
    RocksMvccStore.open(dir, OPTIONS).close();
    Files.delete(dir.resolve("CURRENT"));
    assertThatThrownBy(() -> RocksMvccStore.open(dir, OPTIONS))
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("CURRENT is missing");
    assertThat(dir.resolve("gen-000001")).isDirectory();
  }

  @Test
  void aFirstOpenThatACrashCutShortBeginsAgain() throws IOException {
    Files.createDirectories(dir.resolve("gen-000001"));
    Files.createFile(dir.resolve("LOCK"));
    RocksMvccStore.open(dir, OPTIONS).close();
  }

  @Test
  void aDamagedTableFileIsATypedErrorWithAdvice() throws IOException {
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      for (int i = 0; i < 1000; i++) {
        store.applyMutationsRaft(
            new LogPosition(1, i),
            List.of(Mutation.put(key("k" + i), new byte[100])),
            List.of(),
            i,
            i + 1);
      }
      store.checkpoint(dir.resolve("copy")); // flushes
    }
    Path table;
    try (Stream<Path> files = Files.walk(dir.resolve("gen-000001"))) {
      table = files.filter(f -> f.toString().endsWith(".sst")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(table);
    for (int i = 0; i < bytes.length; i += 64) {
      bytes[i] ^= 0x55;
    }
    Files.delete(table); // the checkpoint has a link to the same file
    Files.write(table, bytes);
    assertThatThrownBy(
            () -> {
              try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
                store.scanAt(KeyRange.all(), 2000, MvccStore.LATEST);
              }
            })
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("move the directory away");
  }

  @Test
  void anInstalledCheckpointReplacesEverything() {
    Path copy = dir.resolve("copy");
    try (RocksMvccStore source = RocksMvccStore.open(dir.resolve("source"), OPTIONS);
        RocksMvccStore target = RocksMvccStore.open(dir.resolve("target"), OPTIONS)) {
      source.applyMutationsRaft(
          new LogPosition(1, 1), List.of(Mutation.put(key("a"), key("1"))), List.of(), 0, 1);
      assertThat(source.checkpoint(copy)).isEqualTo(new LogPosition(1, 1));
      source.applyMutationsRaft(
          new LogPosition(1, 2), List.of(Mutation.put(key("a"), key("2"))), List.of(), 1, 2);

      target.putAt(key("old"), key("x"), 9, 0);
      MvccCursor cursor = target.openCursor(KeyRange.all(), MvccStore.LATEST, false);
      target.installCheckpoint(copy);

      assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
      cursor.close();
      assertThat(target.scanAt(KeyRange.all(), 10, MvccStore.LATEST))
          .containsExactly(new KeyValue(key("a"), key("1")));
      assertThat(target.appliedPosition()).isEqualTo(new LogPosition(1, 1));
      assertThat(target.lastCommitTs()).isEqualTo(1);
    }
    try (RocksMvccStore target = RocksMvccStore.open(dir.resolve("target"), OPTIONS)) {
      assertThat(target.getAt(key("a"), 1)).isEqualTo(key("1"));
    }
  }

  @ParameterizedTest
  @EnumSource(SyncMode.class)
  void aCheckpointTakenBesideWritesHoldsTheEntriesUpToItsPosition(SyncMode mode)
      throws InterruptedException {
    StoreOptions options = OPTIONS.withFsmSyncMode(mode);
    try (RocksMvccStore source = RocksMvccStore.open(dir.resolve("source"), options);
        RocksMvccStore target = RocksMvccStore.open(dir.resolve("target"), options)) {
      AtomicBoolean stop = new AtomicBoolean();
      Thread writer =
          new Thread(
              () -> {
                for (int i = 1; !stop.get(); i++) {
                  source.applyMutationsRaft(
                      new LogPosition(1, i),
                      List.of(Mutation.put(key(String.format("%09d", i)), new byte[50])),
                      List.of(),
                      i,
                      i);
                }
              });
      writer.start();
      try {
        for (int round = 0; round < 8; round++) {
          Path copy = dir.resolve("copy" + round);
          LogPosition position = source.checkpoint(copy);
          target.installCheckpoint(copy);
          assertThat(target.appliedPosition()).isEqualTo(position);
          assertThat(target.lastCommitTs()).isEqualTo(Math.max(0, position.index()));
          assertThat(target.scanAt(KeyRange.all(), Integer.MAX_VALUE, MvccStore.LATEST))
              .hasSize((int) Math.max(0, position.index()));
        }
      } finally {
        stop.set(true);
        writer.join(10_000);
      }
    }
  }

  @Test
  void aDamagedCheckpointIsRefusedAndTheOldContentStays() throws IOException {
    Path copy = dir.resolve("copy");
    try (RocksMvccStore store = RocksMvccStore.open(dir.resolve("store"), OPTIONS)) {
      store.putAt(key("a"), key("1"), 1, 0);
      store.checkpoint(copy);
      Files.delete(copy.resolve("CURRENT"));
      store.putAt(key("a"), key("2"), 2, 0);
      assertThatThrownBy(() -> store.installCheckpoint(copy))
          .isInstanceOf(StoreCorruptException.class);
      assertThat(store.getAt(key("a"), MvccStore.LATEST)).isEqualTo(key("2"));
    }
  }

  /** D6: nobody knows which content a crash would bring back, so nothing is written to either. */
  @Test
  void aRenameThatFailsStopsTheStore() throws IOException {
    Path copy = dir.resolve("copy");
    Path pointer = dir.resolve("store/CURRENT");
    byte[] name;
    try (RocksMvccStore store = RocksMvccStore.open(dir.resolve("store"), OPTIONS)) {
      List<StoreFailedException> told = new ArrayList<>();
      store.onFailure(told::add);
      store.putAt(key("a"), key("1"), 1, 0);
      store.checkpoint(copy);
      store.putAt(key("a"), key("2"), 2, 0);
      name = Files.readAllBytes(pointer);
      Files.delete(pointer);
      Files.createDirectories(pointer.resolve("in the way"));
      assertThatThrownBy(() -> store.installCheckpoint(copy))
          .isInstanceOf(StoreFailedException.class);
      assertThatThrownBy(() -> store.putAt(key("a"), key("3"), 3, 0))
          .isInstanceOf(StoreFailedException.class)
          .hasMessageContaining("has stopped");
      assertThat(told).hasSize(1);
    }
    Files.delete(pointer.resolve("in the way"));
    Files.delete(pointer);
    Files.write(pointer, name);
    try (RocksMvccStore store = RocksMvccStore.open(dir.resolve("store"), OPTIONS)) {
      assertThat(store.getAt(key("a"), MvccStore.LATEST)).isEqualTo(key("2"));
    }
  }

  @Test
  void aPrefixDeleteOfManyKeysIsOneCommit() {
    int keys = 5_000; // several batches of tombstones
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      try (RaftBatch batch = store.openRaftBatch()) {
        for (int i = 0; i < keys; i++) {
          batch.applyMutationsRaft(List.of(Mutation.put(key("p" + i), key("v"))), List.of(), 5, 5);
        }
        batch.commit(new LogPosition(1, 1));
      }
      store.putAt(key("q"), key("v"), 6, 0);
      MvccCursor before = store.openCursor(KeyRange.all(), MvccStore.LATEST, false);
      store.deletePrefixAt(key("p"), key("p1"), 7);

      assertThat(store.getAt(key("p2"), MvccStore.LATEST)).isNull();
      assertThat(store.getAt(key("p2"), 6)).isEqualTo(key("v"));
      assertThat(store.getAt(key("p1"), MvccStore.LATEST)).isEqualTo(key("v"));
      assertThat(store.latestCommitTs(key("p2"))).hasValue(7);
      assertThat(store.scanAt(KeyRange.all(), keys, 6)).hasSize(keys);
      int seen = 0;
      while (before.next()) {
        seen++;
      }
      before.close();
      assertThat(seen).isEqualTo(keys + 1);
    }
  }

  @Test
  void collectsInStepsAndRestoresItsOwnStream() {
    try (RocksMvccStore store = RocksMvccStore.open(dir.resolve("a"), OPTIONS);
        RocksMvccStore other = RocksMvccStore.open(dir.resolve("b"), OPTIONS)) {
      for (int ts = 1; ts <= 2_000; ts++) {
        store.applyMutationsRaft(
            new LogPosition(1, ts),
            List.of(Mutation.put(key("hot"), key("" + ts)), Mutation.delete(key("dead"))),
            List.of(),
            ts,
            ts);
      }
      store.compact(1_500, Cancellation.NEVER);
      assertThat(store.getAt(key("hot"), 1_500)).isEqualTo(key("1500"));
      store.compact(2_000, Cancellation.NEVER);
      assertThat(store.latestCommitTs(key("dead"))).isEmpty();
      assertThat(store.getAt(key("hot"), MvccStore.LATEST)).isEqualTo(key("2000"));

      byte[] stream = stream(store);
      other.putAt(key("x"), key("y"), 1, 0);
      other.restore(new ByteArrayInputStream(stream));
      assertThat(stream(other)).isEqualTo(stream);
    }
  }

  /** More versions than one batch of deletes holds, so that a batch ends among them. */
  @Test
  void aCancelledCompactionNeverUncoversADeletedValue() {
    int versions = 5_000;
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      try (RaftBatch batch = store.openRaftBatch()) {
        for (int ts = 1; ts <= versions; ts++) {
          batch.applyMutationsRaft(List.of(Mutation.put(key("k"), key("v"))), List.of(), ts, ts);
        }
        batch.applyMutationsRaft(
            List.of(Mutation.delete(key("k"))), List.of(), versions + 1, versions + 1);
        batch.applyMutationsRaft(
            List.of(Mutation.put(key("k"), key("new"))), List.of(), versions + 9, versions + 9);
        batch.commit(new LogPosition(1, 1));
      }
      AtomicBoolean stop = new AtomicBoolean();
      List<byte[]> uncovered = new ArrayList<>();
      Thread reader =
          new Thread(
              () -> {
                while (!stop.get()) {
                  byte[] found = store.getAt(key("k"), versions + 5);
                  if (found != null) {
                    uncovered.add(found);
                  }
                }
              });
      reader.start();
      store.compact(versions + 5, Cancellation.NEVER);
      stop.set(true);
      Assertions.assertDoesNotThrow(() -> reader.join(10_000));
      assertThat(uncovered).isEmpty();
      assertThat(store.getAt(key("k"), MvccStore.LATEST)).isEqualTo(key("new"));
    }
    assertThat(StoreCheck.check(dir).versions()).isEqualTo(1);
  }

  @Test
  void aCloseWaitsForARestore() throws Exception {
    byte[] stream;
    try (RocksMvccStore source = RocksMvccStore.open(dir.resolve("source"), OPTIONS)) {
      source.putAt(key("a"), key("restored"), 1, 0);
      stream = stream(source);
    }
    RocksMvccStore store = RocksMvccStore.open(dir.resolve("store"), OPTIONS);
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    InputStream slow =
        new ByteArrayInputStream(stream) {
          @Override
          public synchronized int read(byte[] bytes, int offset, int length) {
            reading.countDown();
            try {
              assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return super.read(bytes, offset, length);
          }
        };
    Thread restorer = new Thread(() -> store.restore(slow));
    restorer.start();
    assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
    Thread closer = new Thread(store::close);
    closer.start();
    assertThatThrownBy(() -> RocksMvccStore.open(dir.resolve("store"), OPTIONS))
        .isInstanceOf(StoreLockedException.class);
    goOn.countDown();
    restorer.join(10_000);
    closer.join(10_000);
    try (RocksMvccStore opened = RocksMvccStore.open(dir.resolve("store"), OPTIONS)) {
      assertThat(opened.getAt(key("a"), 1)).isEqualTo(key("restored"));
    }
  }

  private static byte[] key(String text) {
    return text.getBytes(UTF_8);
  }
}
