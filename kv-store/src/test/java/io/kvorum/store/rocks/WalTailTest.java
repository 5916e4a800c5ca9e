// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalTailTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);
  private static final int ENTRIES = 400;

  @TempDir Path dir;

  @Test
  void aLogThatRocksDbWroteIsWholeToItsEnd() throws IOException {
    Path log = writtenLog(dir);
    try (FileChannel channel = FileChannel.open(log)) {
      assertThat(channel.size()).isGreaterThan(2 * 32 * 1024); // records across blocks too
      assertThat(WalTail.endOfWholeRecords(channel)).isEqualTo(channel.size());
    }
  }

  /** Without the cut, about one in twenty of these opens never ends. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void opensWithAPrefixWhateverTheTailIs(long seed) throws IOException {
    Random random = new Random(seed);
    for (int round = 0; round < 15; round++) {
      Path store = dir.resolve("s" + round);
      Path log = writtenLog(store);
      long size = Files.size(log);
      long cut = random.nextBoolean() ? size : (long) (random.nextDouble() * size);
      byte[] junk = new byte[random.nextInt(200_000)];
      random.nextBytes(junk);
      try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
        file.setLength(cut);
        file.seek(cut);
        file.write(junk);
      }
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(60), () -> holdsAPrefix(store, cut == size), "seed " + seed);
    }
  }

  @Test
  void aFlippedByteEndsTheLogThere() throws IOException {
    Path log = writtenLog(dir);
    byte[] bytes = Files.readAllBytes(log);
    bytes[bytes.length / 2] ^= 1;
    Files.write(log, bytes);
    holdsAPrefix(dir, false);
    try (FileChannel channel = FileChannel.open(log)) {
      assertThat(channel.size()).isLessThanOrEqualTo(bytes.length / 2);
    } catch (java.nio.file.NoSuchFileException e) {
      assertThat(log).doesNotExist(); // recovery flushed and removed it
    }
  }

  private static void holdsAPrefix(Path store, boolean whole) {
    try (RocksMvccStore opened = RocksMvccStore.open(store, OPTIONS)) {
      int applied = (int) opened.appliedPosition().index();
      assertThat(opened.scanAt(KeyRange.all(), ENTRIES * 2, MvccStore.LATEST))
          .hasSize(Math.max(0, applied));
      if (whole) {
        assertThat(applied).isEqualTo(ENTRIES);
      }
    }
  }

  private static Path writtenLog(Path store) throws IOException {
    try (RocksMvccStore opened = RocksMvccStore.open(store, OPTIONS)) {
      for (int i = 1; i <= ENTRIES; i++) {
        opened.applyMutationsRaft(
            new LogPosition(1, i),
            List.of(Mutation.put(("k" + i).getBytes(UTF_8), new byte[100 + i])),
            List.of(),
            i,
            i);
      }
    }
    try (Stream<Path> files = Files.list(store.resolve("gen-000001"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }
}
