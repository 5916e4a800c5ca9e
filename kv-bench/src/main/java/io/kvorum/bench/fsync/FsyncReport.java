// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import io.kvorum.api.SyncMode;
import io.kvorum.bench.driver.Machine;
import io.kvorum.bench.plot.BarChart;
import io.kvorum.bench.plot.BarChart.Bar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A run.
 *
 * @param deviceBytes what the bytes are, or why there are none
 * @param rounds of each case, of which the one with the median throughput is told
 * @param seconds of each round
 */
record FsyncReport(
    Machine machine, String deviceBytes, int rounds, int seconds, List<FsyncResult> results) {

  /** Two drawings, one below the other in the same order: the name of the file and its text. */
  Map<String, String> plots() {
    Map<String, String> plots = new LinkedHashMap<>();
    plots.put("writes.svg", chart("writes/s", FsyncResult::writesPerSecond).svg());
    if (results.stream().anyMatch(result -> result.deviceBytes() != null)) {
      plots.put("bytes.svg", chart("device bytes/user byte", FsyncResult::bytesPerUserByte).svg());
    }
    return plots;
  }

  /** One group of bars for each number of replicas and writers, one bar for each mode. */
  BarChart chart(String unit, ToDoubleFunction<FsyncResult> value) {
    List<BarChart.Group> groups = new ArrayList<>();
    results.stream()
        .map(result -> List.of(result.what().replicas(), result.what().writers()))
        .distinct()
        .forEach(pair -> groups.add(group(pair.get(0), pair.get(1), value)));
    return new BarChart(
        "By FSM_SYNC_MODE",
        unit,
        Stream.of(SyncMode.values()).map(SyncMode::text).toList(),
        groups);
  }

  private BarChart.Group group(int replicas, int writers, ToDoubleFunction<FsyncResult> value) {
    return new BarChart.Group(
        writers + (writers == 1 ? " writer" : " writers"),
        replicas + (replicas == 1 ? " replica" : " replicas"),
        Stream.of(SyncMode.values())
            .map(mode -> bar(new FsyncCase(mode, replicas, writers), value))
            .toList());
  }

  private Bar bar(FsyncCase what, ToDoubleFunction<FsyncResult> value) {
    return Bar.of(
        results.stream()
            .filter(result -> result.what().equals(what))
            .mapToDouble(value)
            .findFirst()
            .orElse(Double.NaN));
  }
}
