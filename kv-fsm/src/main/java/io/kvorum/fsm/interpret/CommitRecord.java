// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.fsm.interpret.RecordedCommit.Change;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of a 'w' record, see the package's grammar. */
final class CommitRecord {

  private static final int DELETED = 0;
  private static final int PUT = 1;
  private static final int PUT_EXPIRING = 2;
  private static final int PREFIX_DELETED = 3;
  private static final int KIND_BITS = 2;
  private static final int MOST_NUMBER_BYTES = 10;

  private CommitRecord() {}

  /** Builds a record, commit by commit, in rising order. */
  static final class Writer {

    private ByteBuffer commits = ByteBuffer.allocate(128);
    private long lowest;
    private long highest = -1;

    boolean isEmpty() {
      return highest < 0;
    }

    int size() {
      return commits.position();
    }

    /** The last commit's timestamp. */
    long highest() {
      return highest;
    }

    /** Begins a commit; so many changes must follow. */
    void begin(long commitTs, int changes) {
      if (isEmpty()) {
        lowest = commitTs;
        highest = commitTs;
      }
      number(commitTs - highest);
      highest = commitTs;
      number(changes);
    }

    /** A value that has expired when it is committed was never there to be read. */
    void add(Mutation mutation, long commitTs) {
      long expireAt = mutation instanceof Mutation.Put put ? put.expireAt() : -1;
      if (expireAt == 0) {
        key(PUT, mutation.key());
      } else if (expireAt > commitTs) {
        key(PUT_EXPIRING, mutation.key());
        number(expireAt - commitTs);
      } else {
        key(DELETED, mutation.key());
      }
    }

    void addPrefixDelete(byte[] prefix, byte @Nullable [] excluded) {
      key(PREFIX_DELETED, prefix);
      number(excluded == null ? 0 : excluded.length + 1L);
      if (excluded != null) {
        bytes(excluded);
      }
    }

    /** Ends the record; nothing can be added any more. */
    byte[] encode() {
      ByteBuffer body = commits.flip();
      commits = ByteBuffer.allocate(MOST_NUMBER_BYTES + body.remaining());
      number(highest - lowest);
      commits.put(body);
      byte[] record = new byte[commits.position()];
      commits.flip().get(record);
      return record;
    }

    private void key(int kind, byte[] key) {
      number((long) key.length << KIND_BITS | kind);
      bytes(key);
    }

    private void bytes(byte[] bytes) {
      room(bytes.length);
      commits.put(bytes);
    }

    /** Seven bits a byte, the lowest first. */
    private void number(long value) {
      room(MOST_NUMBER_BYTES);
      long rest = value;
      while (rest >= 0x80) {
        commits.put((byte) (rest | 0x80));
        rest >>>= 7;
      }
      commits.put((byte) rest);
    }

    private void room(int bytes) {
      if (commits.remaining() < bytes) {
        ByteBuffer larger = ByteBuffer.allocate(2 * commits.capacity() + bytes);
        commits = larger.put(commits.flip());
      }
    }
  }

  /**
   * The commits of a record that are above a timestamp.
   *
   * @throws StoreCorruptException if it is no such record
   */
  static List<RecordedCommit> decode(KeyValue record, long above) {
    ByteBuffer bytes = ByteBuffer.wrap(record.value());
    List<RecordedCommit> commits = new ArrayList<>();
    try {
      long ts = RecordKeys.commitsTs(record.key()) - number(bytes);
      while (bytes.hasRemaining()) {
        ts += number(bytes);
        RecordedCommit commit = new RecordedCommit(ts, changes(bytes, ts));
        if (ts > above) {
          commits.add(commit);
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new StoreCorruptException("a commit record cannot be read: " + record, e);
    }
    return commits;
  }

  private static List<Change> changes(ByteBuffer bytes, long commitTs) {
    long count = number(bytes);
    List<Change> changes = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      changes.add(change(bytes, commitTs));
    }
    return changes;
  }

  private static Change change(ByteBuffer bytes, long commitTs) {
    long head = number(bytes);
    byte[] key = take(bytes, head >>> KIND_BITS);
    return switch ((int) head & ((1 << KIND_BITS) - 1)) {
      case DELETED -> new Change.Deleted(key);
      case PUT -> new Change.Put(key, 0);
      case PUT_EXPIRING -> new Change.Put(key, commitTs + number(bytes));
      default -> {
        long excluded = number(bytes);
        yield new Change.PrefixDeleted(key, excluded == 0 ? null : take(bytes, excluded - 1));
      }
    };
  }

  private static byte[] take(ByteBuffer bytes, long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new IllegalArgumentException("length " + length + " of " + bytes.remaining());
    }
    byte[] taken = new byte[(int) length];
    bytes.get(taken);
    return taken;
  }

  private static long number(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes");
  }
}
