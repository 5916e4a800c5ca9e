// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import io.kvorum.api.Change;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.LargeValueException;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.fsm.interpret.RecordedCommit;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the commits of this replica's store and finds those that change something in a range.
 * One thread at a time.
 */
final class EventReader {

  /** About how much is read at once, if records are no longer than the last ones. */
  static final long PAGE_BYTES = 256 * 1024;

  static final int MOST_RECORDS = 256;

  private final CheckpointableStore store;
  private final LongSupplier lastApplied;
  private final WatchedRange range;

  /** All commits up to here were handed out, or are not of the range. */
  private long position;

  private final ArrayDeque<RecordedCommit> page = new ArrayDeque<>();

  /** Everything up to here is in the page or was; -1: there is more behind the page. */
  private long end = -1;

  private int fruitless = 1;
  private long recordBytes = 1;

  /**
   * @param lastApplied the highest commit timestamp that is certain to be visible in the store
   */
  EventReader(
      CheckpointableStore store, LongSupplier lastApplied, WatchedRange range, long afterTs) {
    this.store = store;
    this.lastApplied = lastApplied;
    this.range = range;
    this.position = afterTs;
  }

  /** All commits up to this timestamp were handed out, or are not of the range. */
  long position() {
    return position;
  }

  /** Commits that were read and not handed out. */
  int buffered() {
    return page.size();
  }

  /**
   * The next event; null when what was read at this call holds none: then there may be more, unless
   * {@link #isAtEnd()}. Reads at most one page.
   *
   * @param wanted how many events the caller will ask for soon, 1 or more
   * @throws ReadTimestampCompactedException if commits that it needs may be gone
   */
  @Nullable CommitEvent next(long wanted) {
    if (page.isEmpty()) {
      read(wanted);
    }
    while (!page.isEmpty()) {
      RecordedCommit commit = page.remove();
      List<Change> changes = changes(commit);
      position = commit.commitTs();
      if (!changes.isEmpty()) {
        fruitless = 1;
        return new CommitEvent(position, changes);
      }
    }
    position = Math.max(position, end);
    fruitless = Math.min(4 * fruitless, MOST_RECORDS);
    return null;
  }

  /** Whether the last page was consumed, and nothing stood behind it. */
  boolean isAtEnd() {
    return page.isEmpty() && end >= 0;
  }

  /** Forgets what was read and not handed out; it is read again when it is wanted. */
  void release() {
    page.clear();
    end = -1;
  }

  private void read(long wanted) {
    long applied = lastApplied.getAsLong(); // before the page: what is visible then is in it
    long records = Math.max(Math.min(wanted, MOST_RECORDS), fruitless);
    long fitting = Math.max(1, PAGE_BYTES / recordBytes);
    RecordedCommit.Page read =
        RecordedCommit.above(store, position, (int) Math.min(records, fitting));
    long oldest = store.minRetainedTs(); // after the page: what it lacks was below this
    if (position < oldest) {
      throw new ReadTimestampCompactedException(position, oldest);
    }
    page.addAll(read.commits());
    end = read.isLast() ? applied : -1;
    recordBytes = Math.max(1, read.longest());
  }

  /* Of several changes of one key the last one counts. */
  private List<Change> changes(RecordedCommit commit) {
    Map<ByteBuffer, RecordedCommit.Change> last = new LinkedHashMap<>();
    for (RecordedCommit.Change change : commit.changes()) {
      if (range.covers(change)) {
        last.remove(id(change));
        last.put(id(change), change);
      }
    }
    return changes(last.values(), commit.commitTs());
  }

  private static ByteBuffer id(RecordedCommit.Change change) {
    if (change instanceof RecordedCommit.Change.Put put) {
      return ByteBuffer.wrap(put.key());
    } else if (change instanceof RecordedCommit.Change.Deleted deleted) {
      return ByteBuffer.wrap(deleted.key());
    }
    return ByteBuffer.wrap(((RecordedCommit.Change.PrefixDeleted) change).prefix());
  }

  private List<Change> changes(Collection<RecordedCommit.Change> recorded, long commitTs) {
    List<Change> changes = new ArrayList<>(recorded.size());
    for (RecordedCommit.Change change : recorded) {
      if (change instanceof RecordedCommit.Change.Put put) {
        changes.add(written(put, commitTs));
      } else if (change instanceof RecordedCommit.Change.Deleted deleted) {
        changes.add(new Change.Delete(deleted.key()));
      } else {
        var prefix = (RecordedCommit.Change.PrefixDeleted) change;
        changes.add(new Change.DeletePrefix(prefix.prefix(), prefix.excluded()));
      }
    }
    return changes;
  }

  private Change written(RecordedCommit.Change.Put put, long commitTs) {
    try {
      return new Change.Put(put.key(), value(put.key(), commitTs), put.expireAt());
    } catch (LargeValueException e) {
      return new Change.PutLarge(put.key(), e.length(), put.expireAt());
    }
  }

  private byte[] value(byte[] key, long commitTs) {
    byte[] value = store.getAt(key, commitTs);
    if (value == null) {
      throw new StoreCorruptException(
          "a commit record names a value at timestamp " + commitTs + " that is not there", null);
    }
    return value;
  }
}
