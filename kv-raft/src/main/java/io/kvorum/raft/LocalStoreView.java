// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Cancellation;
import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.raft.submit.DiskReserve;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The node-local key space: everything but the raft family, which has no log behind it here. */
final class LocalStoreView extends StoreView {

  private final MvccStore store;
  private final DiskReserve reserve;

  LocalStoreView(MvccStore store, DiskReserve reserve) {
    super(store);
    this.store = store;
    this.reserve = reserve;
  }

  @Override
  public void putAt(byte[] key, byte[] value, long commitTs, long expireAt) {
    reserve.check();
    store.putAt(key, value, commitTs, expireAt);
  }

  @Override
  public void deleteAt(byte[] key, long commitTs) {
    reserve.check();
    store.deleteAt(key, commitTs);
  }

  @Override
  public boolean expireAt(byte[] key, long expireAt, long commitTs) {
    reserve.check();
    return store.expireAt(key, expireAt, commitTs);
  }

  @Override
  public void applyMutations(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    reserve.check();
    store.applyMutations(mutations, readKeys, startTs, commitTs);
  }

  @Override
  public void deletePrefixAt(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    reserve.check();
    store.deletePrefixAt(prefix, excludePrefix, commitTs);
  }

  @Override
  public void setMinRetainedTs(long ts) {
    reserve.check();
    store.setMinRetainedTs(ts);
  }

  @Override
  public void compact(long minTs, Cancellation cancel) {
    store.compact(minTs, cancel);
  }

  @Override
  public void restore(InputStream in) {
    reserve.check();
    store.restore(in);
  }

  @Override
  KvException refused(String method) {
    return new KvException(
        method
            + " is for the replicated key space; nothing replays it here: use the direct methods,"
            + " such as applyMutations");
  }
}
