// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestsTest {

  private static final int KEYS = 10_000;
  private static final int DRAWS = 20_000;

  @ParameterizedTest
  @CsvSource({
    "PUT, Put, 100",
    "GET, Get, 100",
    "LEASE_GET, LeaseGet, 100",
    "BATCH, Batch, 100",
    "COMPARE_AND_SET, CompareAndSet, 100",
    "SCAN, Scan, 100",
    "YCSB_A, Get, 50",
    "YCSB_A, Put, 50",
    "YCSB_B, Get, 95",
    "YCSB_B, Put, 5",
    "YCSB_C, Get, 100",
    "YCSB_E, Scan, 95",
    "YCSB_E, Put, 5",
    "YCSB_F, Get, 50",
    "YCSB_F, ReadThenWrite, 50"
  })
  void aWorkloadHasItsShares(Workload workload, String request, int percent) {
    Map<String, Integer> counts = new HashMap<>();
    Requests requests = new Requests(workload, new KeySpace(KEYS), 3);
    int draws = workload == Workload.BATCH ? 100 : DRAWS;
    for (int i = 0; i < draws; i++) {
      counts.merge(requests.next().getClass().getSimpleName(), 1, Integer::sum);
    }
    assertThat(100.0 * counts.getOrDefault(request, 0) / draws).isCloseTo(percent, within(2.0));
  }

  @Test
  void keysAndValuesHaveTheirSizes() {
    Requests requests = new Requests(Workload.PUT, new KeySpace(KEYS), 3);
    Request.Put put = (Request.Put) requests.next();
    assertThat(put.key()).hasSize(24);
    assertThat(put.value()).hasSize(100);
    assertThat(new String(KeySpace.key(1_234), US_ASCII)).isEqualTo("key-00000000000000001234");
  }

  @Test
  void aBatchHasAHundredEntriesAndATransactionThreeDifferentKeys() {
    KeySpace keys = new KeySpace(KEYS);
    assertThat(((Request.Batch) new Requests(Workload.BATCH, keys, 3).next()).entries())
        .hasSize(100);
    Requests transactions = new Requests(Workload.COMPARE_AND_SET, new KeySpace(3), 3);
    for (int i = 0; i < 100; i++) {
      Set<String> different = new HashSet<>();
      ((Request.CompareAndSet) transactions.next())
          .keys()
          .forEach(key -> different.add(new String(key, US_ASCII)));
      assertThat(different).hasSize(3);
    }
  }

  @Test
  void insertsAreOfNewKeys() {
    KeySpace keys = new KeySpace(KEYS);
    assertThat(keys.fresh()).isEqualTo(KeySpace.key(KEYS));
    assertThat(keys.fresh()).isEqualTo(KeySpace.key(KEYS + 1));
  }

  @Test
  void theKeyAfterSomeOthersIsFoundByItsNumber() {
    assertThat(KeySpace.after(KeySpace.key(99_950), 1_000)).isEqualTo(KeySpace.key(100_950));
  }

  @Test
  void theSameSeedMakesTheSameRequests() {
    Requests first = new Requests(Workload.PUT, new KeySpace(KEYS), 5);
    Requests second = new Requests(Workload.PUT, new KeySpace(KEYS), 5);
    Requests other = new Requests(Workload.PUT, new KeySpace(KEYS), 6);
    byte[] value = ((Request.Put) first.next()).value();
    assertThat(((Request.Put) second.next()).value()).isEqualTo(value);
    assertThat(((Request.Put) other.next()).value()).isNotEqualTo(value);
  }
}
