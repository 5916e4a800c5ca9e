// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.StoreOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBudgetTest {

  @ParameterizedTest
  @CsvSource({"0, 320", "512, 320", "2560, 320", "4096, 512", "8192, 1024", "1000000, 1024"})
  void isAnEighthOfTheMachineBetweenTwoBounds(long machineMib, long budgetMib) {
    assertThat(MemoryBudget.derived(machineMib << 20)).isEqualTo(budgetMib << 20);
  }

  @Test
  void isDerivedOnlyWhenItIsNotSet() {
    StoreOptions options = StoreOptions.defaults();
    assertThat(MemoryBudget.of(options)).isBetween(320L << 20, 1024L << 20);
    assertThat(MemoryBudget.of(options.withMemoryBudget(9_000_000))).isEqualTo(9_000_000);
  }
}
