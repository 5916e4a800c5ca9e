// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
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
  private static final byte FULL = 1;
  private static final int PAGE = 4096;
  private static final int RECORD = 512;

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
  void opensWithAPrefixOrRefusesButAlwaysEnds(long seed) throws IOException {
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
          Duration.ofSeconds(60),
          () -> holdsAPrefixOrIsRefused(store, cut == size),
          "seed " + seed);
    }
  }

  /**
   * A page that was never written back reads as zeros. RocksDB steps over zeros where a record
   * should begin, to the next block, and would replay what follows the gap.
   */
  @Test
  void zerosWhereARecordShouldBeginEndTheLogThere() throws IOException {
    Path log = logOfAlignedRecords(dir);
    byte[] bytes = Files.readAllBytes(log);
    assertThat(bytes[2 * WalTail.BLOCK + 6]).as("a whole record begins a block").isEqualTo(FULL);
    Arrays.fill(bytes, 2 * WalTail.BLOCK - PAGE, 2 * WalTail.BLOCK, (byte) 0);
    Files.write(log, bytes);
    holdsAPrefix(dir, false);
  }

  @Test
  void aFlippedByteInTheMiddleIsDamage() throws IOException {
    Path log = logOfAlignedRecords(dir);
    byte[] bytes = Files.readAllBytes(log);
    bytes[bytes.length / 2] ^= 1;
    Files.write(log, bytes);
    assertThatThrownBy(() -> RocksMvccStore.open(dir, OPTIONS))
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining(log.toString());
    assertThat(Files.readAllBytes(log)).as("nothing was changed").isEqualTo(bytes);
  }

  @Test
  void aFlippedByteInTheLastWriteLooksInterrupted() throws IOException {
    Path log = logOfAlignedRecords(dir);
    byte[] bytes = Files.readAllBytes(log);
    bytes[bytes.length - RECORD / 2] ^= 1;
    Files.write(log, bytes);
    holdsAPrefix(dir, false);
  }

  /** Random bytes are no interrupted write; where they look like one, a prefix is left. */
  private static void holdsAPrefixOrIsRefused(Path store, boolean whole) {
    try {
      holdsAPrefix(store, whole);
    } catch (StoreCorruptException e) {
      assertThat(e).hasMessageContaining(".log").hasMessageContaining("damaged at offset");
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

  /** Records of 512 bytes, the first at a multiple of that, so that blocks begin with one. */
  private static Path logOfAlignedRecords(Path store) throws IOException {
    try (RocksMvccStore opened = RocksMvccStore.open(store, OPTIONS)) {
      Path log = newestLog(store);
      put(opened, 1, 200);
      long before = Files.size(log);
      put(opened, 2, 200);
      int frame = (int) (Files.size(log) - before) - 200;
      int filler = (int) (2 * RECORD - Files.size(log) % RECORD) - frame;
      put(opened, 3, filler);
      assertThat(Files.size(log) % RECORD).isZero();
      for (int i = 4; i <= ENTRIES; i++) {
        put(opened, i, RECORD - frame);
      }
      return log;
    }
  }

  private static void put(RocksMvccStore store, int i, int valueBytes) {
    byte[] key = String.format("k%05d", i).getBytes(UTF_8);
    byte[] value = new byte[valueBytes];
    Arrays.fill(value, (byte) 'v'); // zeros would look like bytes that were never written
    store.applyMutationsRaft(
        new LogPosition(1, i), List.of(Mutation.put(key, value)), List.of(), i, i);
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
    return newestLog(store);
  }

  private static Path newestLog(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("gen-000001"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }
}
