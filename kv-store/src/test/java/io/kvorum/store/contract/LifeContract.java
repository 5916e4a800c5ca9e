// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import static io.kvorum.api.MvccStore.LATEST;
import static io.kvorum.store.contract.StoreSuite.b;
import static io.kvorum.store.contract.StoreSuite.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.WriteConflictException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Snapshots and checkpoints, concurrent callers, closing. */
public interface LifeContract extends StoreSuite {

  @Test
  default void longestKeyAndValueTravelThroughASnapshot() {
    byte[] key = new byte[MvccStore.MAX_KEY_BYTES];
    byte[] value = new byte[MAX_VALUE_BYTES];
    Arrays.fill(key, (byte) 0xFF);
    store().putAt(key, value, LATEST, LATEST);
    store()
        .applyMutationsRaft(
            new LogPosition(4, 9), List.of(Mutation.delete(b("t"))), List.of(), 3, 7);
    store().setMinRetainedTs(2);
    byte[] stream = state(store());

    CheckpointableStore other = another(StoreOptions.defaults());
    other.putAt(b("old"), b("old"), 1, 0);
    other.restore(new ByteArrayInputStream(stream));

    assertThat(state(other)).isEqualTo(stream);
    assertThat(other.latestCommitTs(key)).hasValue(LATEST);
    assertThat(other.existsAt(b("old"), LATEST)).isFalse();
    assertThat(other.appliedPosition()).isEqualTo(new LogPosition(4, 9));
    assertThat(other.minRetainedTs()).isEqualTo(2);
    assertThat(other.lastCommitTs()).isEqualTo(LATEST);
  }

  @Test
  default void snapshotIsOfItsMoment() {
    store().putAt(b("k"), b("v"), 1, 0);
    byte[] before = state(store());
    try (MvccSnapshot snapshot = store().snapshot()) {
      store().putAt(b("k"), b("w"), 1, 0);
      store().compact(5, () -> false);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      snapshot.writeTo(out);
      assertThat(out.toByteArray()).isEqualTo(before);
      assertThat(snapshot.lastCommitTs()).isEqualTo(1);
      assertThat(snapshot.appliedPosition()).isEqualTo(LogPosition.NONE);
    }
    MvccSnapshot closed = store().snapshot();
    closed.close();
    assertThatThrownBy(closed::lastCommitTs).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(closed::appliedPosition).isInstanceOf(IllegalStateException.class);
  }

  @Test
  default void checkpointInstallsElsewhereAndClosesWhatWasOpen() throws IOException {
    store()
        .applyMutationsRaft(
            new LogPosition(1, 3), List.of(Mutation.put(b("k"), b("v"))), List.of(), 0, 4);
    assertThat(store().checkpoint(scratch().resolve("copy"))).isEqualTo(new LogPosition(1, 3));
    CheckpointableStore other = another(StoreOptions.defaults());
    other.putAt(b("old"), b("old"), 1, 0);
    MvccCursor cursor = other.openCursor(KeyRange.all(), LATEST, false);

    other.installCheckpoint(scratch().resolve("copy"));

    assertThat(state(other)).isEqualTo(state(store()));
    assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> other.installCheckpoint(scratch().resolve("absent")))
        .isInstanceOf(InvalidArgumentException.class);
    Path empty = Files.createDirectory(scratch().resolve("empty"));
    assertThatThrownBy(() -> other.installCheckpoint(empty))
        .isInstanceOf(StoreCorruptException.class);
    assertThat(state(other)).isEqualTo(state(store()));
  }

  @Test
  default void ofTwoWritersThatConflictExactlyOneWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Callable<Integer> writer =
          () -> {
            int won = 0;
            for (int i = 1; i <= 50; i++) {
              try {
                apply(store(), Mutation.put(b("k" + i), b("v")), 0, i);
                won++;
              } catch (WriteConflictException e) {
                assertThat(e.key()).isEqualTo(b("k" + i));
              }
            }
            return won;
          };
      Future<Integer> one = threads.submit(writer);
      Future<Integer> two = threads.submit(writer);
      assertThat(one.get(60, TimeUnit.SECONDS) + two.get(60, TimeUnit.SECONDS)).isEqualTo(50);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  default void closeIsIdempotentClosesWhatIsOpenAndEndsEverything() {
    store().putAt(b("k"), b("v"), 1, 0);
    MvccCursor cursor = store().openCursor(KeyRange.all(), LATEST, false);
    MvccSnapshot snapshot = store().snapshot();
    RaftBatch batch = store().openRaftBatch();
    MvccStore s = store();

    s.close();
    s.close();

    List<ThrowingCallable> calls =
        List.of(
            cursor::next,
            () -> snapshot.writeTo(new ByteArrayOutputStream()),
            () -> batch.commit(new LogPosition(1, 1)),
            () -> s.getAt(b("k"), 1),
            () -> s.scanAt(KeyRange.all(), 1, 1),
            () -> s.putAt(b("k"), b("v"), 2, 0),
            () -> s.compact(1, () -> false),
            s::snapshot,
            s::openRaftBatch,
            s::lastCommitTs,
            s::appliedPosition);
    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call).isInstanceOf(IllegalStateException.class);
    }
    cursor.close();
    snapshot.close();
    batch.close();
  }

  @Test
  default void aStreamThatStallsHoldsUpNeitherARestoreNorAClose() throws Exception {
    store().putAt(b("k"), b("v"), 1, 0);
    byte[] before = state(store());
    endsAStalledStream(snapshot -> store().restore(new ByteArrayInputStream(before)));
    endsAStalledStream(MvccSnapshot::close);
    endsAStalledStream(snapshot -> store().close());
  }

  private void endsAStalledStream(Consumer<MvccSnapshot> end) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      MvccSnapshot snapshot = store().snapshot();
      Stall stall = new Stall();
      Future<?> written = threads.submit(() -> snapshot.writeTo(stall));
      assertThat(stall.reached.await(10, TimeUnit.SECONDS)).isTrue();
      try {
        threads.submit(() -> end.accept(snapshot)).get(10, TimeUnit.SECONDS);
      } finally {
        stall.goOn.countDown();
      }
      assertThatThrownBy(() -> written.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class);
    } finally {
      threads.shutdown();
    }
  }

  /** A stream whose first write waits. */
  final class Stall extends OutputStream {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void write(int b) {
      reached.countDown();
      try {
        assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  default void closeFromInsideACallIsRefusedAndTheStoreGoesOn() {
    store().putAt(b("k"), b("v"), 1, 0);
    byte[] stream = state(store());
    store().deleteAt(b("k"), 2);
    InputStream closingIn =
        new ByteArrayInputStream(stream) {
          @Override
          public synchronized int read(byte[] bytes, int offset, int length) {
            store().close();
            return super.read(bytes, offset, length);
          }
        };
    Cancellation closing =
        () -> {
          store().close();
          return false;
        };

    assertThatThrownBy(() -> store().restore(closingIn))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("from inside");
    assertThatThrownBy(() -> store().compact(2, closing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("from inside");

    assertThat(store().latestCommitTs(b("k"))).hasValue(2);
    store().restore(new ByteArrayInputStream(stream));
    assertThat(state(store())).isEqualTo(stream);
  }

  private static void apply(MvccStore store, Mutation mutation, long startTs, long commitTs) {
    store.applyMutations(List.of(mutation), List.of(), startTs, commitTs);
  }
}
