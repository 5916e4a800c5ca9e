// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.testkit.powerloss.CrashState;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.RecordedRun;
import io.kvorum.testkit.powerloss.Recording;
import io.kvorum.testkit.powerloss.Survivors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;

/** What RocksDB keeps of un-synced writes, and the option on which D3 stands. */
final class RocksPrefixTest {

  private static final int STATES = 40;

  @TempDir Path folder;

  @BeforeEach
  void load() {
    Recording.assumeAvailable();
    RocksDB.loadLibrary();
  }

  @Test
  void aSyncedPutKeepsExactlyWhatCameBeforeIt() throws Exception {
    RecordedRun run = Recording.of(RocksChild.class, folder, "true", "1001");
    CrashState state = atEnd(run, Survivors.NONE, 1);
    assertThat(state.lostBytes()).isPositive();
    assertThat(keys(state, true)).isEqualTo(numbers(1_001));
    assertThat(keys(atEnd(run, Survivors.ALL, 1), true)).isEqualTo(numbers(RocksChild.PUTS));
  }

  @Test
  void withoutTrackedWalsAnEmptyWalIsSkipped() throws Exception {
    assertThat(isPrefix(keysWithoutSecondWal(false))).isFalse();
  }

  @Test
  void withTrackedWalsAnEmptyWalEndsTheReplay() throws Exception {
    assertThat(isPrefix(keysWithoutSecondWal(true))).isTrue();
  }

  /** The limit of the option: RocksDB skips from a zeroed page to the next 32 KiB block. */
  @Test
  void trackedWalsDoNotSeeAZeroedPageInsideAWal() throws Exception {
    RecordedRun run = Recording.of(RocksChild.class, folder, "true", "0");
    int gaps = 0;
    for (int seed = 0; seed < STATES; seed++) {
      gaps += isPrefix(keys(atEnd(run, Survivors.PAGES, seed), true)) ? 0 : 1;
    }
    assertThat(gaps).as("states with a gap").isPositive();
  }

  private List<Integer> keysWithoutSecondWal(boolean tracked) throws Exception {
    RecordedRun run = Recording.of(RocksChild.class, folder, Boolean.toString(tracked), "0");
    Path found = Files.createTempDirectory(folder, "found");
    atEnd(run, Survivors.ALL, 1).materialize(found);
    try (var files = Files.list(found.resolve("db"))) {
      Path wal = files.filter(f -> f.toString().endsWith(".log")).sorted().toList().get(1);
      Files.write(wal, new byte[0]);
    }
    return keys(found, tracked);
  }

  private static boolean isPrefix(List<Integer> keys) {
    return keys.equals(numbers(keys.size()));
  }

  private static CrashState atEnd(RecordedRun run, Survivors survivors, long seed) {
    return run.crashAt(run.eventCount(), DirectoryModel.ORDERED, survivors, seed);
  }

  private static List<Integer> numbers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private List<Integer> keys(CrashState state, boolean tracked) throws Exception {
    Path found = Files.createTempDirectory(folder, "found");
    state.materialize(found);
    return keys(found, tracked);
  }

  private static List<Integer> keys(Path found, boolean tracked) throws Exception {
    List<Integer> keys = new ArrayList<>();
    try (Options options = RocksChild.options(tracked);
        RocksDB db = RocksDB.open(options, found.resolve("db").toString());
        RocksIterator entries = db.newIterator()) {
      for (entries.seekToFirst(); entries.isValid(); entries.next()) {
        keys.add(Integer.parseInt(new String(entries.key(), UTF_8)));
      }
      entries.status();
    }
    return keys;
  }
}
