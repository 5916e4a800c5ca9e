// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import static io.kvorum.store.contract.StoreSuite.b;
import static io.kvorum.store.contract.StoreSuite.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.store.memory.InMemoryMvccStore;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of store reads the streams of the other, and goes on as the other would. */
class CrossKindRestoreTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);

  @TempDir Path dir;

  @Test
  void streamsCrossBothWaysAndWhatIsGarbageStaysKnown() {
    try (RocksMvccStore disk = RocksMvccStore.open(dir.resolve("disk"), OPTIONS);
        InMemoryMvccStore memory = InMemoryMvccStore.create(OPTIONS);
        RocksMvccStore back = RocksMvccStore.open(dir.resolve("back"), OPTIONS)) {
      fill(disk);
      byte[] stream = state(disk);
      memory.putAt(b("old"), b("x"), 99, 0);
      back.putAt(b("old"), b("x"), 99, 0);

      memory.restore(new ByteArrayInputStream(stream));
      assertThat(state(memory)).isEqualTo(stream);
      back.restore(new ByteArrayInputStream(state(memory)));
      assertThat(state(back)).isEqualTo(stream);

      for (CheckpointableStore store : List.of(disk, memory, back)) {
        store.compact(12, Cancellation.NEVER);
      }
      assertThat(state(back)).isEqualTo(state(disk));
      assertThat(state(memory)).isEqualTo(state(disk));
      assertThat(state(disk).length).isLessThan(stream.length);
    }
    assertThat(StoreCheck.check(dir.resolve("back")).problems()).isEmpty();
  }

  private static void fill(CheckpointableStore store) {
    for (int ts = 2; ts <= 20; ts++) {
      store.applyMutationsRaft(
          new LogPosition(3, ts),
          List.of(
              Mutation.put(new byte[] {0}, b("" + ts)),
              Mutation.put(new byte[] {0, 0}, b("")),
              Mutation.put(new byte[] {0, (byte) 0xFF, (byte) ts}, b("v"), ts % 3 == 0 ? 11 : 0),
              Mutation.put(b("k" + ts), new byte[5_000])),
          List.of(),
          ts,
          ts);
    }
    store.deleteAt(b("k3"), 12);
    store.deletePrefixAt(b("k1"), b("k10"), 21);
    store.setMinRetainedTs(2);
  }
}
