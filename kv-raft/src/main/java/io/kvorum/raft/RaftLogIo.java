// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import java.util.Optional;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.server.metrics.SegmentedRaftLogMetrics;

/**
 * What the Raft logs of this process have synced, as Ratis counts it. For benchmarks.
 *
 * <pre>{@code
 * long before = RaftLogIo.syncs();
 * kv.put(key, value);
 * long syncs = RaftLogIo.syncs() - before;
 * }</pre>
 */
public final class RaftLogIo {

  private RaftLogIo() {}

  /** How often a log was synced, all open replicas of this process together. */
  public static long syncs() {
    MetricRegistries registries = MetricRegistries.global();
    long sum = 0;
    for (MetricRegistryInfo info : registries.getMetricRegistryInfos()) {
      Optional<RatisMetricRegistry> registry = registries.get(info);
      if (registry.isPresent() && info.getMetricsComponentName().equals("log_worker")) {
        sum += registry.get().counter(SegmentedRaftLogMetrics.RAFT_LOG_FLUSH_COUNT).getCount();
      }
    }
    return sum;
  }
}
