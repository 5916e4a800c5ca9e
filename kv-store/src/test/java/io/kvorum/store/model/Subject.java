// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the actions of a run act on: a store, or the model of one. */
interface Subject extends AutoCloseable {

  void put(byte[] key, byte[] value, long commitTs, long expireAt);

  void delete(byte[] key, long commitTs);

  boolean expire(byte[] key, long expireAt, long commitTs);

  /** Raft family when the position is not null. */
  void apply(@Nullable LogPosition position, Changes changes);

  void deletePrefix(
      @Nullable LogPosition position, byte[] prefix, byte @Nullable [] exclude, long commitTs);

  /** One batch; the text of each step's outcome. */
  List<String> batch(List<Changes> steps, @Nullable LogPosition commit);

  void setWatermark(long ts);

  void compact(long ts);

  void reopen();

  void installOwnCheckpoint();

  void restoreOwnSnapshot();

  byte @Nullable [] get(byte[] key, long ts);

  List<String> scan(KeyRange range, int limit, long ts, boolean reverse);

  OptionalLong latest(byte[] key);

  long lastCommitTs();

  long watermark();

  LogPosition applied();

  @Override
  void close();

  /** The arguments of one apply. */
  record Changes(List<Mutation> mutations, List<byte[]> reads, long startTs, long commitTs) {}
}
