// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Cancellation;
import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The node-local key space: everything but the raft family, which has no log behind it here. */
final class LocalStoreView extends StoreView {

  private final MvccStore store;

  LocalStoreView(MvccStore store) {
    super(store);
    this.store = store;
  }

  @Override
  public void putAt(byte[] key, byte[] value, long commitTs, long expireAt) {
    store.putAt(key, value, commitTs, expireAt);
  }

  @Override
  public void deleteAt(byte[] key, long commitTs) {
    store.deleteAt(key, commitTs);
  }

  @Override
  public boolean expireAt(byte[] key, long expireAt, long commitTs) {
    return store.expireAt(key, expireAt, commitTs);
  }

  @Override
  public void applyMutations(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    store.applyMutations(mutations, readKeys, startTs, commitTs);
  }

  @Override
  public void deletePrefixAt(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    store.deletePrefixAt(prefix, excludePrefix, commitTs);
  }

  @Override
  public void setMinRetainedTs(long ts) {
    store.setMinRetainedTs(ts);
  }

  @Override
  public void compact(long minTs, Cancellation cancel) {
    store.compact(minTs, cancel);
  }

  @Override
  public void restore(InputStream in) {
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
