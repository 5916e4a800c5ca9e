// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static io.kvorum.store.contract.StoreSuite.b;
import static io.kvorum.store.contract.StoreSuite.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.SnapshotFormatException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.memory.InMemoryMvccStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** R6: whatever the file system refuses, one whole generation is in force. */
class RestoreFaultTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);

  @TempDir Path scratch;
  private Path dir;
  private byte[] stream;

  @BeforeEach
  void writeAStream() {
    dir = scratch.resolve("store");
    try (InMemoryMvccStore other = InMemoryMvccStore.create(OPTIONS)) {
      other.putAt(b("new"), b("1"), 5, 0);
      stream = state(other);
    }
  }

  @AfterEach
  void nothingNativeIsLeaked() {
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
  }

  @Test
  void aRefusedHeaderCostsNoGeneration() throws IOException {
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      assertThatThrownBy(() -> store.restore(new ByteArrayInputStream(new byte[0])))
          .isInstanceOf(SnapshotFormatException.class);
      assertThat(generations()).containsExactly("gen-000001");
    }
  }

  @Test
  void whatFailsBeforeTheSwitchChangesNothing() throws IOException {
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      store.putAt(b("old"), b("1"), 1, 0);
      Path blocked = Files.createDirectory(dir.resolve("CURRENT.tmp"));

      assertThatThrownBy(() -> store.restore(new ByteArrayInputStream(stream)))
          .isInstanceOf(StoreFailedException.class);

      assertThat(store.existsAt(b("old"), 1)).isTrue();
      assertThat(generations()).containsExactly("gen-000001");
      Files.delete(blocked);
      store.restore(new ByteArrayInputStream(stream));
      assertThat(state(store)).isEqualTo(stream);
    }
  }

  /**
   * When the rename reports an error, either generation may be in force: neither is deleted, and
   * the store stops, since what it went on to write might go to the one that is not.
   */
  @Test
  void aSwitchInDoubtStopsTheStoreAndKeepsBothGenerations() throws IOException {
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      store.putAt(b("old"), b("1"), 1, 0);
      Path current = dir.resolve("CURRENT");
      Path kept = Files.move(current, dir.resolve("kept"));
      Files.createDirectories(current.resolve("in the way of the rename"));

      assertThatThrownBy(() -> store.restore(new ByteArrayInputStream(stream)))
          .isInstanceOf(StoreFailedException.class);

      assertThatThrownBy(() -> store.getAt(b("old"), 1)).isInstanceOf(StoreFailedException.class);
      assertThatThrownBy(() -> store.putAt(b("old"), b("2"), 2, 0))
          .isInstanceOf(StoreFailedException.class);
      assertThat(generations()).containsExactly("gen-000001", "gen-000002");
      StoreDirectory.deleteTree(current);
      Files.move(kept, current);
    }
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      assertThat(store.existsAt(b("old"), 1)).isTrue();
      assertThat(generations()).containsExactly("gen-000001");
    }
  }

  private Stream<String> generations() throws IOException {
    try (Stream<Path> entries = Files.list(dir)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.startsWith("gen-"))
          .sorted()
          .toList()
          .stream();
    }
  }
}
