// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.badinput;

import static io.kvorum.store.contract.StoreSuite.b;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.store.contract.StoreSuite;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.NullUnmarked;

/** The rows about reads and writes of one store. Nulls are handed in on purpose. */
@NullUnmarked
final class StoreInputs {

  private static final byte[] K = b("k");
  private static final byte[] V = b("v");
  private static final byte[] LONG_KEY = new byte[MvccStore.MAX_KEY_BYTES + 1];
  private static final byte[] LONG_VALUE = new byte[StoreSuite.MAX_VALUE_BYTES + 1];
  private static final LargeReference LARGE = new LargeReference(1, 0);
  private static final LogPosition NEXT = new LogPosition(1, 4);
  private static final LogPosition APPLIED = new LogPosition(1, 3);

  private final CheckpointableStore store;
  private final List<BadInput> rows = new ArrayList<>();

  StoreInputs(CheckpointableStore store) {
    this.store = store;
  }

  private void row(String call, String input, Consumer<CheckpointableStore> attempt) {
    rows.add(new BadInput(call, input, () -> attempt.accept(store)));
  }

  List<BadInput> reads() {
    row("getAt", "key null", s -> s.getAt(null, 7));
    row("getAt", "key of 65,537 bytes", s -> s.getAt(LONG_KEY, 7));
    row("getAt", "ts -1", s -> s.getAt(K, -1));
    row("getAt", "ts 4, below the watermark", s -> s.getAt(K, 4));
    row("getAt", "ts 4, an absent key", s -> s.getAt(b("absent"), 4));
    row("existsAt", "key null", s -> s.existsAt(null, 7));
    row("existsAt", "ts -1", s -> s.existsAt(K, -1));
    row("existsAt", "ts 4, below the watermark", s -> s.existsAt(K, 4));
    row("scanAt", "range null", s -> s.scanAt(null, 1, 7));
    row("scanAt", "ts -1", s -> s.scanAt(KeyRange.all(), 1, -1));
    row("scanAt", "ts 4, below the watermark", s -> s.scanAt(KeyRange.all(), 1, 4));
    row("reverseScanAt", "range null", s -> s.reverseScanAt(null, 1, 7));
    row("reverseScanAt", "ts -1", s -> s.reverseScanAt(KeyRange.all(), 1, -1));
    row("reverseScanAt", "ts 4, below the watermark", s -> s.reverseScanAt(KeyRange.all(), 0, 4));
    row("openCursor", "range null", s -> s.openCursor(null, 7, false));
    row("openCursor", "ts -1", s -> s.openCursor(KeyRange.all(), -1, false));
    row("openCursor", "ts 4, below the watermark", s -> s.openCursor(KeyRange.all(), 4, true));
    row("largeAt", "key null", s -> s.largeAt(null, 7));
    row("largeAt", "ts 4, below the watermark", s -> s.largeAt(K, 4));
    row("openRecords", "range null", s -> s.openRecords(null));
    row("latestCommitTs", "key null", s -> s.latestCommitTs(null));
    row("latestCommitTs", "key of 65,537 bytes", s -> s.latestCommitTs(LONG_KEY));
    return rows;
  }

  List<BadInput> direct() {
    row("putAt", "key null", s -> s.putAt(null, V, 8, 0));
    row("putAt", "key empty", s -> s.putAt(b(""), V, 8, 0));
    row("putAt", "key of 65,537 bytes", s -> s.putAt(LONG_KEY, V, 8, 0));
    row("putAt", "value null", s -> s.putAt(K, null, 8, 0));
    row("putAt", "value of 1,001 bytes", s -> s.putAt(K, LONG_VALUE, 8, 0));
    row("putAt", "commitTs -1", s -> s.putAt(K, V, -1, 0));
    row("putAt", "commitTs 5, at the watermark", s -> s.putAt(K, V, 5, 0));
    row("putAt", "expireAt -1", s -> s.putAt(K, V, 8, -1));
    row("deleteAt", "key null", s -> s.deleteAt(null, 8));
    row("deleteAt", "key empty", s -> s.deleteAt(b(""), 8));
    row("deleteAt", "key of 65,537 bytes", s -> s.deleteAt(LONG_KEY, 8));
    row("deleteAt", "commitTs -1", s -> s.deleteAt(K, -1));
    row("deleteAt", "commitTs 5, at the watermark", s -> s.deleteAt(K, 5));
    row("expireAt", "key null", s -> s.expireAt(null, 9, 8));
    row("expireAt", "key empty", s -> s.expireAt(b(""), 9, 8));
    row("expireAt", "expireAt -1", s -> s.expireAt(K, -1, 8));
    row("expireAt", "commitTs -1", s -> s.expireAt(K, 9, -1));
    row("expireAt", "commitTs 5, at the watermark", s -> s.expireAt(K, 9, 5));
    applies("applyMutations", MvccStore::applyMutations);
    longValue("applyMutations", MvccStore::applyMutations);
    prefixDeletes("deletePrefixAt", MvccStore::deletePrefixAt);
    row("setMinRetainedTs", "ts -1", s -> s.setMinRetainedTs(-1));
    row("compact", "minTs -1", s -> s.compact(-1, Cancellation.NEVER));
    row("compact", "cancel null", s -> s.compact(6, null));
    return rows;
  }

  List<BadInput> raft() {
    row("applyMutationsRaft", "position null", s -> raftApply(s, null));
    row("applyMutationsRaft", "the applied position again", s -> raftApply(s, APPLIED));
    row("applyMutationsRaft", "an older index", s -> raftApply(s, new LogPosition(2, 2)));
    applies("applyMutationsRaft", (s, m, r, t, c) -> s.applyMutationsRaft(NEXT, m, r, t, c));
    longValue("applyMutationsRaft", (s, m, r, t, c) -> s.applyMutationsRaft(NEXT, m, r, t, c));
    row("deletePrefixAtRaft", "position null", s -> s.deletePrefixAtRaft(null, K, null, 8));
    row("deletePrefixAtRaft", "applied again", s -> s.deletePrefixAtRaft(APPLIED, K, null, 8));
    prefixDeletes("deletePrefixAtRaft", (s, p, e, c) -> s.deletePrefixAtRaft(NEXT, p, e, c));
    batchRow("getAt", "key null", batch -> batch.getAt(null, 7));
    batchRow("getAt", "ts 4, below the watermark", batch -> batch.getAt(K, 4));
    batchRow("latestCommitTs", "key of 65,537 bytes", batch -> batch.latestCommitTs(LONG_KEY));
    batchRow("largeAt", "key null", batch -> batch.largeAt(null, 7));
    batchRow("putLargeRaft", "key null", batch -> batch.putLargeRaft(null, LARGE, 8, 0));
    batchRow("putLargeRaft", "key empty", batch -> batch.putLargeRaft(b(""), LARGE, 8, 0));
    batchRow("putLargeRaft", "key too long", batch -> batch.putLargeRaft(LONG_KEY, LARGE, 8, 0));
    batchRow("putLargeRaft", "large null", batch -> batch.putLargeRaft(K, null, 8, 0));
    batchRow("putLargeRaft", "expireAt -1", batch -> batch.putLargeRaft(K, LARGE, 8, -1));
    batchRow("putLargeRaft", "commitTs 5, at the watermark", b -> b.putLargeRaft(K, LARGE, 5, 0));
    batchRow("commit", "position null", batch -> batch.commit(null));
    batchRow("commit", "the applied position again", batch -> batch.commit(APPLIED));
    applies("RaftBatch.applyMutationsRaft", StoreInputs::inBatch);
    prefixDeletes("RaftBatch.deletePrefixAtRaft", StoreInputs::inBatch);
    return rows;
  }

  private static void raftApply(MvccStore store, LogPosition position) {
    store.applyMutationsRaft(position, List.of(Mutation.put(K, V)), List.of(), 7, 8);
  }

  private void batchRow(String call, String input, Consumer<RaftBatch> attempt) {
    row(
        "RaftBatch." + call,
        input,
        s -> {
          try (RaftBatch batch = s.openRaftBatch()) {
            attempt.accept(batch);
          }
        });
  }

  private static void inBatch(
      MvccStore store, List<Mutation> mutations, List<byte[]> reads, long startTs, long commitTs) {
    try (RaftBatch batch = store.openRaftBatch()) {
      batch.applyMutationsRaft(mutations, reads, startTs, commitTs);
    }
  }

  private static void inBatch(MvccStore store, byte[] prefix, byte[] exclude, long commitTs) {
    try (RaftBatch batch = store.openRaftBatch()) {
      batch.deletePrefixAtRaft(prefix, exclude, commitTs);
    }
  }

  private interface Apply {
    void run(
        MvccStore s, List<Mutation> mutations, List<byte[]> reads, long startTs, long commitTs);
  }

  private void applies(String call, Apply apply) {
    List<byte[]> none = List.of();
    row(call, "mutations null", s -> apply.run(s, null, none, 7, 8));
    row(call, "readKeys null", s -> apply.run(s, List.of(), null, 7, 8));
    row(call, "a mutation null", s -> apply.run(s, Collections.singletonList(null), none, 7, 8));
    row(call, "a key null", s -> apply.run(s, List.of(Mutation.delete(null)), none, 7, 8));
    row(call, "a key empty", s -> apply.run(s, List.of(Mutation.delete(b(""))), none, 7, 8));
    row(call, "a key too long", s -> apply.run(s, List.of(Mutation.put(LONG_KEY, V)), none, 7, 8));
    row(call, "a value null", s -> apply.run(s, List.of(Mutation.put(K, null)), none, 7, 8));
    row(call, "an expiry -1", s -> apply.run(s, List.of(Mutation.put(K, V, -1)), none, 7, 8));
    row(call, "a read key null", s -> apply.run(s, List.of(), nullKey(), 7, 8));
    row(call, "a read key too long", s -> apply.run(s, List.of(), List.of(LONG_KEY), 7, 8));
    row(call, "startTs -1", s -> apply.run(s, List.of(), none, -1, 8));
    row(call, "commitTs -1", s -> apply.run(s, List.of(), none, 7, -1));
    row(call, "commitTs 8, startTs 9", s -> apply.run(s, List.of(), none, 9, 8));
    row(call, "commitTs 5, at the watermark", s -> apply.run(s, List.of(), none, 5, 5));
    row(call, "writes k, read at 6", s -> apply.run(s, List.of(Mutation.delete(K)), none, 6, 8));
    row(call, "has read k at 6", s -> apply.run(s, List.of(), List.of(b("a"), K), 6, 8));
  }

  private void longValue(String call, Apply apply) {
    List<Mutation> mutations = List.of(Mutation.put(K, V), Mutation.put(K, LONG_VALUE));
    String input = "a value too long, behind a good one";
    row(call, input, s -> apply.run(s, mutations, List.of(), 7, 8));
  }

  private static List<byte[]> nullKey() {
    return Collections.singletonList(null);
  }

  private interface PrefixDeletion {
    void run(MvccStore s, byte[] prefix, byte[] exclude, long commitTs);
  }

  private void prefixDeletes(String call, PrefixDeletion delete) {
    row(call, "prefix null", s -> delete.run(s, null, null, 8));
    row(call, "prefix of 65,537 bytes", s -> delete.run(s, LONG_KEY, null, 8));
    row(call, "excludePrefix of 65,537 bytes", s -> delete.run(s, K, LONG_KEY, 8));
    row(call, "commitTs -1", s -> delete.run(s, K, null, -1));
    row(call, "commitTs 5, at the watermark", s -> delete.run(s, K, null, 5));
  }
}
