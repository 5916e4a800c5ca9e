// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a recorded client makes, with the meaning and the exceptions of {@link
 * ReplicatedKv}. Small, so that a store in another process, or a deliberately wrong one, can offer
 * it.
 *
 * <p>Example: {@link HistoryChecker}.
 */
public interface BasicKv {

  /** See {@link ReplicatedKv#write}. */
  Commit write(List<Mutation> mutations);

  /** See {@link ReplicatedKv#deletePrefix}. */
  Commit deletePrefix(byte[] prefix);

  /** See {@link ReplicatedKv#get}. */
  byte @Nullable [] get(byte[] key, ReadOptions options);

  /** See {@link ReplicatedKv#scan}. */
  List<KeyValue> scan(KeyRange range, int limit, ReadOptions options);

  /** See {@link ReplicatedKv#transact}. */
  ScriptedTransaction.Run transact(ScriptedTransaction transaction);

  /** These calls on a replica in this process. */
  static BasicKv of(ReplicatedKv kv) {
    return new BasicKv() {
      @Override
      public Commit write(List<Mutation> mutations) {
        return kv.write(mutations);
      }

      @Override
      public Commit deletePrefix(byte[] prefix) {
        return kv.deletePrefix(prefix);
      }

      @Override
      public byte @Nullable [] get(byte[] key, ReadOptions options) {
        return kv.get(key, options);
      }

      @Override
      public List<KeyValue> scan(KeyRange range, int limit, ReadOptions options) {
        return kv.scan(range, limit, options);
      }

      @Override
      public ScriptedTransaction.Run transact(ScriptedTransaction transaction) {
        return transaction.on(kv);
      }
    };
  }
}
