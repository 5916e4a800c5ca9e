// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.cli.entries.EntryList;
import io.kvorum.cli.replica.Verification;
import io.kvorum.raft.KvNode;
import io.kvorum.raft.ReplicaHash;
import io.kvorum.testkit.process.ReplicaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what the replicas hold with what was acknowledged, and with each other. */
final class Check {

  private static final Duration CATCH_UP = Duration.ofSeconds(60);

  /** How often the hashes are taken anew because a replica had moved on in between. */
  private static final int HASH_ROUNDS = 20;

  private static final int PAGE = 1_000;

  private final Group group;

  Check(Group group) {
    this.group = group;
  }

  /**
   * Counts the entries that are lost, over all replicas: each looks in its own copy, and this
   * process reads everything back through the replicated interface as well.
   */
  long lost(List<KeyValue> acknowledged, long index, Path list) {
    KvNode embedded = group.embedded();
    try {
      EntryList.write(list, acknowledged);
      long lost = lostToReaders(embedded.kv(), acknowledged);
      embedded.awaitApplied(index, CATCH_UP);
      lost += Verification.of(embedded.store(), list).lost();
      for (ReplicaProcess child : group.children()) {
        Verification found = Verification.by(child, index, list);
        if (found.checked() != acknowledged.size()) {
          throw new DemoFailedException(
              child.id() + " checked " + found.checked() + " of " + acknowledged.size(), null);
        }
        lost += found.lost();
      }
      return lost;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether all replicas have the same hash at the same position. */
  boolean hashesEqual() {
    for (int round = 0; round < HASH_ROUNDS; round++) {
      List<ReplicaHash> hashes = new ArrayList<>();
      group.children().forEach(child -> hashes.add(child.hash()));
      hashes.add(group.embedded().hash());
      if (hashes.stream().map(ReplicaHash::position).distinct().count() == 1) {
        return hashes.stream().map(ReplicaHash::sha256).distinct().count() == 1;
      }
      // Nobody writes any more, so the replicas soon stand at one position: wait for the furthest.
      long furthest = hashes.stream().mapToLong(hash -> hash.position().index()).max().orElse(-1);
      group.embedded().awaitApplied(furthest, CATCH_UP);
    }
    throw new DemoFailedException("the replicas did not come to rest at one log position", null);
  }

  private static long lostToReaders(ReplicatedKv kv, List<KeyValue> acknowledged) {
    Map<ByteBuffer, byte[]> found = new HashMap<>();
    KeyRange rest = KeyRange.all();
    List<KeyValue> page = kv.scan(rest, PAGE);
    while (!page.isEmpty()) {
      for (KeyValue entry : page) {
        found.put(ByteBuffer.wrap(entry.key()), entry.value());
      }
      byte[] last = page.get(page.size() - 1).key();
      rest = KeyRange.from(Arrays.copyOf(last, last.length + 1)); // the next possible key
      page = kv.scan(rest, PAGE);
    }
    return acknowledged.stream()
        .filter(entry -> !Arrays.equals(entry.value(), found.get(ByteBuffer.wrap(entry.key()))))
        .count();
  }
}
