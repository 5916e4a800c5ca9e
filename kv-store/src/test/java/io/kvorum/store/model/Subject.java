// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import io.kvorum.api.ConflictClass;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import java.util.List;
import java.util.Map;
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

  /** One batch; the text of each step's outcome. Discarded when {@code commit} is null. */
  List<String> batch(List<Step> steps, @Nullable LogPosition commit);

  void setWatermark(long ts);

  void compact(long ts);

  /** A compaction that is cancelled at the first chance. */
  void compactCancelled(long ts);

  /** Closes what was opened before it. */
  void openCursor(KeyRange range, long ts, boolean reverse);

  /** What the next steps of the open cursor find, "none" if it is closed or was never opened. */
  String stepCursor(int steps);

  /** Closes the one that was taken before it. */
  void takeSnapshot();

  /** Restores the open snapshot; false if there is none. */
  boolean restoreTakenSnapshot();

  void reopen();

  /** Writes the content into table files; with {@code merge}, also merges those. */
  void rewriteFiles(boolean merge);

  void installOwnCheckpoint();

  /** With {@code throughOtherKind}, the stream is read and written by the other kind of store. */
  void restoreOwnSnapshot(boolean throughOtherKind);

  byte @Nullable [] get(byte[] key, long ts);

  @Nullable LargeReference largeAt(byte[] key, long ts);

  List<String> scan(KeyRange range, int limit, long ts, boolean reverse);

  OptionalLong latest(byte[] key);

  byte @Nullable [] record(byte[] key);

  List<String> records(KeyRange range, int limit);

  long lastCommitTs();

  long watermark();

  LogPosition applied();

  /** By class, since the beginning. */
  Map<ConflictClass, Long> conflicts();

  @Override
  void close();

  /** One call on a batch. */
  sealed interface Step {}

  /** The arguments of one apply. */
  record Changes(List<Mutation> mutations, List<byte[]> reads, long startTs, long commitTs)
      implements Step {}

  /** The arguments of a prefix delete. */
  record Prefix(byte[] prefix, byte @Nullable [] exclude, long commitTs) implements Step {}

  /** Checks without a write. */
  record Check(Changes changes) implements Step {}

  /** Writes a large version. */
  record PutLarge(byte[] key, LargeReference large, long commitTs, long expireAt) implements Step {}

  /** Whether a range has changed. */
  record Changed(KeyRange range, long ts, int maxKeys) implements Step {}

  /** Lets time pass. */
  record Advance(long ts) implements Step {}

  /** Raises the watermark. */
  record Watermark(long ts) implements Step {}

  /** Writes a state record; null deletes it. */
  record RecordWrite(byte[] key, byte @Nullable [] value) implements Step {}

  /** Deletes the state records of a range. */
  record RecordsDelete(KeyRange range) implements Step {}

  /** Reads a state record and a range of them. */
  record RecordRead(byte[] key, KeyRange range, int limit) implements Step {}

  /** Everything a batch can be asked, of one key. */
  record Look(byte[] key, long ts) implements Step {}
}
