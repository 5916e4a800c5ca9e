// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.txn;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.Transaction;
import io.kvorum.fsm.interpret.InterpreterLimits;
import io.kvorum.store.ArgumentChecks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction while its body runs. It reads the local store at a timestamp that can be read.
 *
 * <p>Invariants: (1) whatever the body has learned of a key, its absence included, is covered by
 * {@link #readKeys} or {@link #readRanges}, unless the body wrote it itself; (2) the limits of the
 * state machine hold after every call.
 */
public final class OpenTransaction implements Transaction {

  private final MvccStore store;
  private final ArgumentChecks checks;
  private final long readTs;

  private final NavigableMap<byte[], Mutation> writes = new TreeMap<>(Arrays::compareUnsigned);
  private final TreeSet<byte[]> readKeys = new TreeSet<>(Arrays::compareUnsigned);
  private final List<KeyRange> readRanges = new ArrayList<>();
  private long bytes;
  private boolean ended;
  private @Nullable Consumer<Commit> listener;

  /**
   * @param readTs a timestamp at or below which nothing commits any more
   */
  public OpenTransaction(MvccStore store, ArgumentChecks checks, long readTs) {
    this.store = store;
    this.checks = checks;
    this.readTs = readTs;
  }

  /** The body has returned: what it kept of this object is of no use to it any more. */
  public void end() {
    ended = true;
  }

  /** Whether it has written nothing. */
  public boolean isReadOnly() {
    return writes.isEmpty();
  }

  /** What the state machine is to check and to write. */
  public io.kvorum.fsm.wire.Transaction request() {
    return new io.kvorum.fsm.wire.Transaction(
        readTs, List.copyOf(writes.values()), List.copyOf(readKeys), readRanges);
  }

  @Override
  public long readTimestamp() {
    return readTs;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    checkOpen();
    ArgumentChecks.readKey(key);
    Mutation own = writes.get(key);
    if (own != null) {
      return copy(MergedScan.visible(own, readTs));
    }
    if (key.length > 0 && !readKeys.contains(key)) { // nobody can ever write the empty key
      checkRoom(1, key.length);
      readKeys.add(key.clone());
      bytes += key.length;
    }
    return store.getAt(key, readTs);
  }

  @Override
  public List<KeyValue> scan(KeyRange range, int limit) {
    checkOpen();
    ArgumentChecks.range(range);
    if (limit <= 0 || range.isEmpty()) {
      return List.of();
    }
    List<KeyValue> found = new MergedScan(store, readTs).scan(range, limit, within(range));
    byte[] last = found.size() < limit ? null : found.get(limit - 1).key();
    remember(
        last == null
            ? new KeyRange(copy(range.start()), copy(range.end()))
            : new KeyRange(copy(range.start()), Arrays.copyOf(last, last.length + 1)));
    return found;
  }

  @Override
  public void put(byte[] key, byte[] value, long expireAt) {
    checkOpen();
    ArgumentChecks.writeKey(key);
    checks.value(value);
    ArgumentChecks.timestamp(expireAt, "expireAt");
    write(Mutation.put(key.clone(), value.clone(), expireAt), key.length + value.length);
  }

  @Override
  public void delete(byte[] key) {
    checkOpen();
    ArgumentChecks.writeKey(key);
    write(Mutation.delete(key.clone()), key.length);
  }

  @Override
  public void onCommit(Consumer<Commit> wanted) {
    checkOpen();
    ArgumentChecks.notNull(wanted, "listener");
    listener = wanted;
  }

  /** Tells the body's listener, if there is one. */
  public void committed(Commit commit) {
    if (listener != null) {
      listener.accept(commit);
    }
  }

  private void write(Mutation mutation, long size) {
    Mutation earlier = writes.get(mutation.key());
    long freed = earlier == null ? 0 : size(earlier);
    checkRoom(earlier == null ? 1 : 0, size - freed);
    Mutation unused = writes.put(mutation.key(), mutation);
    bytes += size - freed;
  }

  private static long size(Mutation mutation) {
    return mutation.key().length
        + (mutation instanceof Mutation.Put put ? (long) put.value().length : 0);
  }

  private NavigableMap<byte[], Mutation> within(KeyRange range) {
    byte[] start = range.start();
    byte[] end = range.end();
    NavigableMap<byte[], Mutation> tail = start == null ? writes : writes.tailMap(start, true);
    return end == null ? tail : tail.headMap(end, false);
  }

  private void remember(KeyRange range) {
    if (readRanges.contains(range)) {
      return;
    }
    if (readRanges.size() >= InterpreterLimits.READ_RANGES) {
      throw new InvalidArgumentException(
          "a transaction can scan at most "
              + InterpreterLimits.READ_RANGES
              + " ranges; scan fewer and longer ones");
    }
    long size = length(range.start()) + length(range.end());
    checkRoom(0, size);
    readRanges.add(range);
    bytes += size;
  }

  private void checkRoom(int moreKeys, long moreBytes) {
    long keys = (long) writes.size() + readKeys.size() + moreKeys;
    if (keys > InterpreterLimits.TRANSACTION_KEYS) {
      throw new InvalidArgumentException(
          "a transaction can read and write at most "
              + InterpreterLimits.TRANSACTION_KEYS
              + " keys one by one; split it, or scan ranges");
    }
    if (bytes + moreBytes > InterpreterLimits.TRANSACTION_BYTES) {
      throw new InvalidArgumentException(
          "the keys and values of a transaction would take "
              + (bytes + moreBytes)
              + " bytes, allowed are "
              + InterpreterLimits.TRANSACTION_BYTES
              + "; split it");
    }
  }

  private void checkOpen() {
    if (ended) {
      throw new IllegalStateException("the transaction's body has returned");
    }
  }

  private static long length(byte @Nullable [] bound) {
    return bound == null ? 0 : bound.length;
  }

  private static byte @Nullable [] copy(byte @Nullable [] bytes) {
    return bytes == null ? null : bytes.clone();
  }
}
