// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.peer.kvorum.KvorumNosync;
import io.kvorum.bench.peer.kvorum.KvorumNowal;
import io.kvorum.bench.peer.kvorum.KvorumSync;
import io.kvorum.bench.peer.ratis.EmptyRatis;
import io.kvorum.bench.peer.rocks.RawRocks;
import org.jspecify.annotations.Nullable;

/** The systems, in the order of the table. */
enum PeerSystem {
  KVORUM("kvorum", null, KvorumSync.class.getName(), null),
  KVORUM_NOSYNC("kvorum-nosync", null, KvorumNosync.class.getName(), null),
  KVORUM_NOWAL("kvorum-nowal", null, KvorumNowal.class.getName(), null),
  RATIS("ratis", null, EmptyRatis.class.getName(), null),
  ROCKSDB("rocksdb", null, RawRocks.class.getName(), null),
  RHEAKV("rheakv", "rheakv", "io.kvorum.bench.peer.rheakv.RheaKv", null),
  JGROUPS_RAFT("jgroups-raft", "jgroups-raft", "io.kvorum.bench.peer.jgroups.JgroupsRaft", null),
  ETCD("etcd", "etcd", "io.kvorum.bench.peer.etcd.Etcd", "etcd");

  private final String text;
  private final @Nullable String module;
  private final String factory;
  private final @Nullable String program;

  PeerSystem(String text, @Nullable String module, String factory, @Nullable String program) {
    this.text = text;
    this.module = module;
    this.factory = factory;
    this.program = program;
  }

  /** The folder under {@code kv-bench/peers} that holds it; null when it is on our class path. */
  @Nullable String module() {
    return module;
  }

  /** The class that starts it. */
  String factory() {
    return factory;
  }

  /** The program that must be on the PATH; null when it needs none. */
  @Nullable String program() {
    return program;
  }

  /** Its name on the command line and in tables. */
  @Override
  public String toString() {
    return text;
  }
}
