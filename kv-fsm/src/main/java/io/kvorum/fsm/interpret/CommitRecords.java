// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. What a commit has changed cannot be found in the store by its timestamp: a
 * fresh key has no garbage record, and the Raft log is purged, and lost to a replica that installs a
 * checkpoint. So it is written once more, the keys without their values, in the batch of the data.
 *
 * One record for an entry, not for a commit: entries hold up to a thousand small writes under load.
 * It must not be one for a group of entries, since replicas group as they like and have to hold the
 * same bytes. Its key is the highest timestamp in it, so the first record above a timestamp holds the
 * first commit above it, and the watermark removes whole records: all it reaches, with one delete of
 * a range, which begins where the last one ended so that RocksDB keeps no pile of them.
 */

/**
 * Writes down which keys each commit of an entry has changed, for whoever watches.
 *
 * <p>Invariant: between two entries a record stands exactly for what was committed above the
 * watermark; its key is above the watermark, the lowest commit in it may not be.
 */
final class CommitRecords {

  /** A record that has grown to this ends with the commit that made it so. */
  static final int FULL_BYTES = 64 * 1024;

  private final RaftBatch batch;
  private CommitRecord.Writer record = new CommitRecord.Writer();

  CommitRecords(RaftBatch batch) {
    this.batch = batch;
  }

  /** These were written at this commit timestamp; at least one. */
  void written(List<Mutation> mutations, long commitTs) {
    record.begin(commitTs, mutations.size());
    for (Mutation mutation : mutations) {
      record.add(mutation, commitTs);
    }
    cut();
  }

  /** A prefix was deleted at this commit timestamp. */
  void prefixDeleted(byte[] prefix, byte @Nullable [] excluded, long commitTs) {
    record.begin(commitTs, 1);
    record.addPrefixDelete(prefix, excluded);
    cut();
  }

  /** Removes the records that the watermark has reached; called before it is raised. */
  void trim(long minRetainedTs) {
    long from = batch.minRetainedTs();
    if (minRetainedTs > from) {
      KeyRange reached =
          KeyRange.of(RecordKeys.commits(from), RecordKeys.commitsAfter(minRetainedTs));
      batch.deleteRecords(reached);
    }
  }

  /** The entry has ended. */
  void write() {
    if (!record.isEmpty() && record.highest() > batch.minRetainedTs()) {
      batch.putRecord(RecordKeys.commits(record.highest()), record.encode());
    }
    if (!record.isEmpty()) {
      record = new CommitRecord.Writer();
    }
  }

  private void cut() {
    if (record.size() >= FULL_BYTES) {
      write();
    }
  }
}
