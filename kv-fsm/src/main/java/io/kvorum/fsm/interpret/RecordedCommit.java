// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a commit has changed, as a store remembers it until the watermark reaches the commit.
 * The values stand in the store, at {@link #commitTs}.
 *
 * @param changes in the order of the writes; of several with one key the last one counts
 */
public record RecordedCommit(long commitTs, List<Change> changes) {

  public RecordedCommit {
    changes = List.copyOf(changes);
  }

  /** One change. The arrays are the taker's. */
  public sealed interface Change {

    /**
     * A value was written.
     *
     * @param expireAt 0: never
     */
    record Put(byte[] key, long expireAt) implements Change {}

    /** A tombstone was written, or a value that had expired already. */
    record Deleted(byte[] key) implements Change {}

    /** All live keys with the prefix, and without the excluded one, were deleted. */
    record PrefixDeleted(byte[] prefix, byte @Nullable [] excluded) implements Change {}
  }

  /**
   * Some commits.
   *
   * @param isLast whether they are all there are
   * @param longest bytes of the longest record they stood in
   */
  public record Page(List<RecordedCommit> commits, boolean isLast, long longest) {
    public Page {
      commits = List.copyOf(commits);
    }
  }

  /**
   * A timestamp at which the oldest commits that are remembered could be forgotten; empty: none.
   */
  public static OptionalLong oldest(CheckpointableStore store) {
    List<KeyValue> first = store.scanRecords(RecordKeys.all(RecordKeys.COMMITS), 1);
    return first.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(RecordKeys.commitsTs(first.get(0).key()));
  }

  /**
   * The next commits above a timestamp, in order, all from one point in time. Any thread. Commits
   * at or below the watermark may be missing: whoever needs to know asks for it afterwards.
   *
   * @param maxRecords how many records to read, 1 or more; one holds the commits of a log entry, or
   *     some 64 KiB of them
   * @throws io.kvorum.api.StoreCorruptException if a record cannot be read
   */
  public static Page above(CheckpointableStore store, long timestamp, int maxRecords) {
    if (timestamp == Long.MAX_VALUE) {
      return new Page(List.of(), true, 0);
    }
    KeyRange range = KeyRange.of(RecordKeys.commits(timestamp + 1), RecordKeys.commitsEnd());
    List<KeyValue> records = store.scanRecords(range, maxRecords);
    List<RecordedCommit> commits = new ArrayList<>();
    long longest = 0;
    for (KeyValue record : records) {
      commits.addAll(CommitRecord.decode(record, timestamp));
      longest = Math.max(longest, record.value().length);
    }
    return new Page(commits, records.size() < maxRecords, longest);
  }
}
