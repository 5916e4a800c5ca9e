// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.KeyValue;
import io.kvorum.api.SyncMode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class DemoReportTest {

  @Test
  void scripts_read_these_lines() {
    DemoReport report =
        new DemoReport(10, 3, 1.26, OptionalLong.of(1234), 0, true, SyncMode.NOSYNC, 99);
    assertThat(report.lines())
        .containsExactly(
            "entries: 10",
            "replicas: 3",
            "seconds: 1.3",
            "fail-over ms: 1234",
            "lost acknowledged writes: 0",
            "replica hashes: equal",
            "FSM_SYNC_MODE: nosync",
            "disk bytes: 99");
    assertThat(report.isGood()).isTrue();
  }

  @Test
  void a_loss_or_a_difference_is_bad() {
    assertThat(report(1, true).isGood()).isFalse();
    assertThat(report(0, false).isGood()).isFalse();
    assertThat(report(0, false).lines()).contains("replica hashes: different");
  }

  @Test
  void batches_hold_each_entry_once_in_order() {
    List<KeyValue> entries = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      entries.add(new KeyValue(new byte[] {(byte) (i >> 8), (byte) i}, new byte[i * 37]));
    }
    entries.add(new KeyValue(new byte[] {9}, new byte[(int) Batches.MAX_BYTES * 2]));
    List<List<KeyValue>> batches = Batches.of(entries);
    assertThat(batches.stream().flatMap(List::stream).toList()).isEqualTo(entries);
    for (List<KeyValue> batch : batches) {
      long bytes = batch.stream().mapToLong(e -> e.key().length + e.value().length).sum();
      assertThat(batch).hasSizeBetween(1, Batches.MAX_ENTRIES);
      assertThat(bytes <= Batches.MAX_BYTES || batch.size() == 1).isTrue();
    }
    assertThat(Batches.of(List.of())).isEmpty();
  }

  private static DemoReport report(long lost, boolean equal) {
    return new DemoReport(1, 3, 1, OptionalLong.of(1), lost, equal, SyncMode.SYNC, 1);
  }
}
