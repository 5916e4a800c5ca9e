// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import java.util.List;

/** What no run of this command can show. */
final class Limits {

  static final List<String> SENTENCES =
      List.of(
          "Nothing about a network: all replicas and the driver share the cores of one machine, and"
              + " messages between replicas cost only processor time.",
          "Nothing about disks of their own: all logs of a system are synced to the same disk.",
          "Nothing about data larger than memory, or about hours under load.",
          "The systems do not do the same work: Kvorum keeps versions and transactions, RheaKV and"
              + " etcd a store on disk, jgroups-raft a map in memory; bare Ratis applies nothing, raw"
              + " RocksDB replicates nothing. The settings above tell what is durable when.",
          "Device bytes are those of the rounds: what a system keeps in memory and writes later is"
              + " missing, and what is left of the system before it is counted.",
          "In a closed loop latency follows from throughput; --rates asks for latency at a rate.",
          "Medians of few rounds on a shared machine differ from run to run: compare within one.");

  private Limits() {}
}
