// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.EnumSet;
import java.util.Set;

/**
 * What is asked for. Keys are chosen uniformly, but for the workloads of YCSB, which choose them by
 * a zipfian distribution: Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", SoCC 2010,
 * table 2, and the files {@code workloads/workload[a-f]} of its repository. Other than there a
 * value has 100 bytes and not ten fields of 100, and keys that a run inserts are met by scans only.
 */
public enum Workload {
  /** One value of a loaded key is written. */
  PUT("put"),
  /** A linearizable read of a loaded key. */
  GET("get"),
  /** The same by the leader's lease. */
  LEASE_GET("lease-get"),
  /** 100 values in one commit. */
  BATCH("batch-100"),
  /** Three keys are read, and replaced together if none has changed. */
  COMPARE_AND_SET("cas-3"),
  /** 1,000 entries from a loaded key on. */
  SCAN("scan-1000"),
  /** YCSB A, update heavy: half reads, half writes. */
  YCSB_A("ycsb-a"),
  /** YCSB B, read mostly: 95 % reads, 5 % writes. */
  YCSB_B("ycsb-b"),
  /** YCSB C, read only. */
  YCSB_C("ycsb-c"),
  /** YCSB E, short ranges: 95 % scans of 1 to 100 entries, 5 % inserts of new keys. */
  YCSB_E("ycsb-e"),
  /** YCSB F: half reads, half reads followed by a write of the same key. */
  YCSB_F("ycsb-f");

  /** Commits of a {@link #BATCH} write this many entries. */
  public static final int BATCH_ENTRIES = 100;

  static final int COMPARED_KEYS = 3;
  static final int SCANNED_ENTRIES = 1_000;

  private final String text;

  Workload(String text) {
    this.text = text;
  }

  /** Whether that system can be asked for it. */
  public boolean isOfferedBy(Target target) {
    return target.offers().containsAll(needs());
  }

  /** Whether it changes what is stored. */
  public boolean writes() {
    return needs().stream().anyMatch(Access::writes);
  }

  private Set<Access> needs() {
    return switch (this) {
      case PUT -> EnumSet.of(Access.PUT);
      case GET, YCSB_C -> EnumSet.of(Access.GET);
      case LEASE_GET -> EnumSet.of(Access.LEASE_GET);
      case BATCH -> EnumSet.of(Access.BATCH);
      case COMPARE_AND_SET -> EnumSet.of(Access.COMPARE_AND_SET);
      case SCAN -> EnumSet.of(Access.SCAN);
      case YCSB_A, YCSB_B, YCSB_F -> EnumSet.of(Access.GET, Access.PUT);
      case YCSB_E -> EnumSet.of(Access.SCAN, Access.PUT);
    };
  }

  /** Its name on the command line and in tables. */
  @Override
  public String toString() {
    return text;
  }
}
