// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PopularityTest {

  private static final int KEYS = 1_000;
  private static final int DRAWS = 1_000_000;

  @Test
  void ranksAreAskedForInProportionToTheirPower() {
    Popularity popularity = new Popularity(KEYS, new SplittableRandom(7));
    int[] drawn = new int[KEYS + 1];
    for (int i = 0; i < DRAWS; i++) {
      drawn[popularity.nextRank()]++;
    }
    double sum = 0;
    for (int rank = 1; rank <= KEYS; rank++) {
      sum += Math.pow(rank, -0.99);
    }
    for (int rank : new int[] {1, 2, 3, 10, 100, 1_000}) {
      double expected = DRAWS * Math.pow(rank, -0.99) / sum;
      // Seven standard deviations: the seed is fixed, so this holds or it does not.
      assertThat((double) drawn[rank])
          .as("rank %d", rank)
          .isCloseTo(expected, within(7 * Math.sqrt(expected)));
    }
    assertThat(drawn[0]).isZero();
  }

  @Test
  void popularKeysAreSpreadOverTheKeySpace() {
    Popularity popularity = new Popularity(100_000, new SplittableRandom(7));
    Set<Integer> tenths = new HashSet<>();
    for (int rank = 1; rank <= 100; rank++) {
      int key = popularity.keyOfRank(rank);
      assertThat(key).isBetween(0, 99_999);
      tenths.add(key / 10_000);
    }
    assertThat(tenths).hasSize(10);
  }
}
