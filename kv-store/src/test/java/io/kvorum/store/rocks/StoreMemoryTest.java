// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.MemoryBudget;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreMemoryTest {

  private static final long MIB = 1L << 20;
  private static final int VALUE_BYTES = 16 * 1024;
  private static final long BUDGET = 12 * MIB;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(longs = {56 * MIB, 56 * MIB + 1, 100 * MIB, 383 * MIB, 385 * MIB, 1L << 40})
  void partsSumToTheBudget(long budget) {
    StoreMemory memory = StoreMemory.of(StoreOptions.defaults().withMemoryBudget(budget));
    assertThat(memory.blocks() + memory.memtables() + memory.newest()).isEqualTo(budget);
    assertThat(memory.newest()).isPositive().isLessThanOrEqualTo(32 * MIB);
    assertThat(StoreMemory.of(budget, 64 * MIB, 0).newest()).isEqualTo(MIB);
    assertThat(memory.memtables()).isPositive().isLessThanOrEqualTo(128 * MIB);
    assertThat(memory.blocks() + memory.newest()).isGreaterThanOrEqualTo(2 * memory.memtables());
  }

  /** {@link MemoryBudget#lowestForStore} says so. */
  @ParameterizedTest
  @ValueSource(ints = {1, 26 << 20, 100 << 20, 256 << 20, 1 << 30})
  void theLowestBudgetHoldsMemtablesThatAreTwoLongestValuesPastTheirSize(int longest) {
    StoreMemory memory = StoreMemory.of(MemoryBudget.lowestForStore(longest), 16L << 30, longest);
    assertThat(memory.blocks()).isGreaterThanOrEqualTo(2L * longest);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "7, 0", "8, 1", "11, 1", "100, 4", "255, 5", "256, 6", "100000, 6"})
  void aShardOfTheCacheHoldsManyOfThePiecesInWhichMemtablesAreCharged(long mib, int bits) {
    assertThat(new StoreMemory(mib * MIB, 0, MIB).shardBits()).isEqualTo(bits);
  }

  @Test
  void aBudgetTooSmallForTheLongestValueIsRefusedBeforeAnythingIsMade() {
    StoreOptions options = StoreOptions.defaults().withMemoryBudget(56 * MIB - 1);
    assertThatThrownBy(() -> RocksMvccStore.open(dir.resolve("new"), options))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("memoryBudget is 58720255")
        .hasMessageContaining("58720256")
        .hasMessageContaining("maxValueBytes 16777216");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void aStoreThatHoldsMoreThanItsBudgetStaysWithinIt() {
    StoreOptions options =
        StoreOptions.defaults()
            .withFsmSyncMode(SyncMode.NOSYNC)
            .withMaxValueBytes(VALUE_BYTES)
            .withMemoryBudget(BUDGET);
    StoreMemory memory = StoreMemory.of(options);
    int values = Math.toIntExact(4 * BUDGET / VALUE_BYTES);
    Random random = new Random(7); // bytes that cannot be compressed
    long highest = 0;
    try (RocksMvccStore store = RocksMvccStore.open(dir, options)) {
      for (int i = 1; i <= values; i++) {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        store.applyMutationsRaft(
            new LogPosition(1, i), List.of(Mutation.put(key(i), value)), List.of(), i, i);
        assertThat(store.property("rocksdb.cur-size-all-mem-tables"))
            .isLessThanOrEqualTo(memory.memtables() + StoreMemory.MEMTABLES * 2L * VALUE_BYTES);
        // Reads fill the cache while the memtables that are charged to it are full.
        int read = 1 + random.nextInt(i);
        assertThat(store.getAt(key(read), i)).hasSize(VALUE_BYTES);
        highest = Math.max(highest, store.property("rocksdb.block-cache-usage"));
      }
      assertThat(store.property("rocksdb.block-cache-capacity")).isEqualTo(memory.blockCache());
      assertThat(highest).isBetween(BUDGET / 2, memory.blockCache());
    }
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
  }
}
