// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The replicated store, as any of its replicas offers it.
 *
 * <p><b>Writes</b> return when they are durable on a majority of the replicas and applied on the
 * leader. Commit timestamps rise strictly in the order of the log.
 *
 * <p><b>Reads</b> are linearizable on every replica unless their {@link ReadOptions} say otherwise:
 * they see every write that was acknowledged, anywhere, before the read was called. They run on the
 * local store; only a number goes over the wire.
 *
 * <p><b>Expiry.</b> Time is made by the log: a value with an expiry is gone once a commit has
 * reached that timestamp, whatever any host's clock says. Add to {@link Commit#timestamp}, in units
 * of milliseconds times 65,536, to name a time.
 *
 * <p><b>Limits.</b> A key has 1 to {@value MvccStore#MAX_KEY_BYTES} bytes, a value that is not a
 * stream up to {@link StoreOptions#maxValueBytes}. What is beyond a limit is an {@link
 * InvalidArgumentException} that names it. Reads accept the empty key and answer that it is absent.
 *
 * <p><b>Deadlines.</b> No call waits longer than its timeout, which {@link #withTimeout} sets. A
 * write that ends with {@link UnavailableException}, {@link OverloadedException}, {@link
 * DiskFullException}, {@link InvalidArgumentException}, {@link WriteConflictException} or {@link
 * KeyLockedException} has changed nothing and never will. {@link KvException} shows what a caller
 * does about each. A call whose thread is interrupted ends as at its deadline.
 *
 * <p><b>Exactly once.</b> A write whose answer is lost, because the leader changed or a connection
 * broke, is sent again until its deadline; it takes effect at most once, and its first outcome is
 * what returns. Only when the deadline passes with the outcome open it ends with {@link
 * OutcomeUnknownException}, which names the write; {@link #outcomeOf} then tells, on any replica,
 * what became of it.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. Methods whose name ends in {@code
 * Async} do not block. Their futures complete with the same exceptions, but for what is known at
 * once, such as a bad argument or too much in flight: that the call itself may throw. Dependent
 * actions run on a library thread unless the caller names an executor, so they must not block.
 *
 * <p><b>Arrays</b> are copied before a call returns, and are the caller's when they are returned.
 *
 * <pre>{@code
 * Commit commit = kv.put(key, value); // durable on a majority of the replicas
 * byte[] newest = kv.get(key); // linearizable, on whichever replica
 * kv.write(List.of(Mutation.put(key, value), Mutation.delete(oldKey))); // both or none
 * List<KeyValue> users = kv.scan(KeyRange.prefix(prefix), 100);
 * CompletableFuture<Commit> deleted = kv.withTimeout(Duration.ofSeconds(2)).deleteAsync(key);
 * }</pre>
 */
public interface ReplicatedKv {

  /** The shortest {@code progressEvery} of a watch. */
  Duration SHORTEST_PROGRESS = Duration.ofMillis(100);

  /** The longest {@code progressEvery} of a watch. */
  Duration LONGEST_PROGRESS = Duration.ofDays(1);

  /** Writes one value. */
  Commit put(byte[] key, byte[] value);

  /** Deletes one key, whether or not it exists. */
  Commit delete(byte[] key);

  /** Deletes every key with the prefix, as one commit; the empty prefix deletes everything. */
  Commit deletePrefix(byte[] prefix);

  /**
   * Writes all mutations as one commit: all or none, at one timestamp, visible together. The last
   * mutation of a key wins.
   *
   * @param mutations at least one
   */
  Commit write(List<Mutation> mutations);

  /** As {@link #putStream(byte[], InputStream, long)}, of a value that never expires. */
  default Commit putStream(byte[] key, InputStream value) {
    return putStream(key, value, 0);
  }

  /**
   * Writes a value of any length, read from a stream to its end. It is sent in parts of a MiB, one
   * after the other, and becomes visible, all of it, with the commit that is returned: a write of
   * its key like any other. A value that fits one part is written as by {@link #put}; of a longer
   * one, a <i>large value</i>, {@link #get} tells no more than the length, and {@link #openStream}
   * reads it.
   *
   * <p>The timeout is that of each part, and of the last step that makes the value visible, not of
   * the whole. When too much is in flight a part waits, within its timeout. Whatever ends the call
   * before that last step, a failing stream or a part that is not accepted in time, leaves nothing
   * visible, and never will; what was sent is deleted, at the latest when it has made no progress
   * for ten minutes, by default. Memory is that of a few parts, here and on every replica.
   *
   * <p>There is no asynchronous twin: somebody has to wait for the stream, and that is the caller's
   * thread.
   *
   * @param value read in the caller's thread, and not closed
   * @param expireAt the timestamp from which the value is invisible; 0 for never
   * @throws java.io.UncheckedIOException if the stream fails
   * @throws UnavailableException also if a part was not accepted in time
   * @throws OutcomeUnknownException of the last step alone
   */
  Commit putStream(byte[] key, InputStream value, long expireAt);

  /**
   * Runs a serializable transaction: reads one snapshot, and commits what the body wrote only if
   * nothing that it read has changed since. On a conflict the body runs again on a newer snapshot,
   * after a short random pause, until this call's timeout; so it must have no effect but through
   * its {@link Transaction}. It is never run again once the outcome of a commit is unknown.
   *
   * <p>A body that writes nothing costs no log entry: what it read was one linearizable state. What
   * the body throws ends the transaction, unwritten, and goes to the caller; a RuntimeException is
   * of one linearizable state, too, unless no leader can be found that confirms it, which is
   * attached to it then. To that end a run that has nothing to commit may be followed by one more,
   * if something was committed meanwhile.
   *
   * @return what the body returned in the run that was committed
   * @throws WriteConflictException if the last run before the timeout ended with a conflict
   * @throws KeyLockedException if it met the lock of a prepared transaction
   * @throws UnavailableException also if every run was older than the node's retention when it was
   *     to commit, or if nobody confirmed in time what a body read that wrote nothing
   * @throws OutcomeUnknownException if it may or may not have committed
   */
  <T extends @Nullable Object> T transact(Function<Transaction, T> body);

  /**
   * What became of a write that ended with {@link OutcomeUnknownException}, finally: asked again,
   * anywhere, the answer is the same until it is {@link RequestOutcome.Forgotten}. A write that was
   * not carried out so far never will be, because it was asked for.
   *
   * <p>Outcomes in doubt are remembered as long as the session of the node that wrote lives: while
   * the node writes, and for a time after its last sign of life, an hour by default, even if it was
   * killed. A node that leaves more than a hundred thousand writes behind may give up older ones.
   *
   * @throws UnavailableException if the answer was not found before the deadline
   * @throws InvalidArgumentException if no write can have this id
   */
  RequestOutcome outcomeOf(RequestId id);

  /** The newest value, linearizable; null when there is none. */
  default byte @Nullable [] get(byte[] key) {
    return get(key, ReadOptions.linearizable());
  }

  /**
   * The value that such a read sees; null when there is none.
   *
   * @throws LargeValueException if it is a large value, see {@link #openStream}
   */
  byte @Nullable [] get(byte[] key, ReadOptions options);

  /** The newest value as a stream, linearizable; null when there is none. */
  default @Nullable LargeValue openStream(byte[] key) {
    return openStream(key, ReadOptions.linearizable());
  }

  /**
   * Opens the value that such a read sees, of any length; null when there is none. It must be
   * closed. The deadline is that of the opening.
   */
  @Nullable LargeValue openStream(byte[] key, ReadOptions options);

  /**
   * The first {@code limit} keys of the range, ascending, all from one linearizable point. Empty
   * when {@code limit <= 0}.
   */
  default List<KeyValue> scan(KeyRange range, int limit) {
    return scan(range, limit, ReadOptions.linearizable());
  }

  /**
   * The first {@code limit} keys of the range, ascending, all from the state the read sees. Of a
   * large value the entry tells the length alone.
   */
  List<KeyValue> scan(KeyRange range, int limit, ReadOptions options);

  /** The last {@code limit} keys of the range, descending, all from the state the read sees. */
  List<KeyValue> reverseScan(KeyRange range, int limit, ReadOptions options);

  /**
   * Opens a walk over the range, before its first key, for scans of any length: it sees one state
   * however long it lives, and costs memory that does not grow with the range. It must be closed;
   * the deadline is that of the opening.
   */
  MvccCursor openCursor(KeyRange range, boolean reverse, ReadOptions options);

  /**
   * The first page of a scan, with a token for the next one.
   *
   * @param limit of keys on the page, 1 or more
   */
  ScanPage scanPage(KeyRange range, boolean reverse, int limit, ReadOptions options);

  /**
   * The next page of a scan, on this or any other replica.
   *
   * @throws ReadTimestampCompactedException if the watermark has passed the scan's timestamp
   */
  ScanPage scanPage(ScanToken token, int limit);

  /**
   * Publishes the commits that change something in a range, above a timestamp: those that this
   * replica remembers, then those that it applies, in the order of their timestamps, each once and
   * whole. To go on after an end, on this replica or another, begin after the last event's
   * timestamp; nothing is then left out or repeated. {@link CommitEvent} shows a subscriber.
   *
   * <p>A subscriber that asks for little holds up nobody and costs no memory: events are read when
   * they are asked for. What it has not read when the watermark passes it is lost to it, and it
   * ends with {@link ReadTimestampCompactedException}; then scan at a newer timestamp, and watch
   * after that one. A subscriber is called on one of a few threads of the node, for one signal
   * after the other, and must not block there. Expiry makes no event; {@link Change.Put#expireAt}
   * tells it in advance.
   *
   * <p>This call only checks its arguments. A subscription ends with onError: {@link
   * ReadTimestampCompactedException}; {@link OverloadedException} when too many are open on this
   * replica; {@link UnavailableException} when the node closes; {@link StoreFailedException} when
   * it fails; {@link IllegalArgumentException} after a request for less than 1. It never completes.
   *
   * @param range only changes of these keys are published
   * @param afterTs 0 for all that is remembered; above all that was committed: from there on
   */
  Flow.Publisher<CommitEvent> watch(KeyRange range, long afterTs);

  /**
   * As {@link #watch(KeyRange, long)}, and tells how far it has come while nothing changes in the
   * range: an event without changes says that all commits up to its timestamp are published or are
   * not of the range. So whoever watches a quiet range, and begins again after the last event's
   * timestamp, is not refused because the watermark has passed the last change there. Such an event
   * takes its part of what was asked for, as any other does.
   *
   * @param progressEvery the time between an event and one that only tells progress, at the least;
   *     about as long, once something was committed. {@link #SHORTEST_PROGRESS} to {@link
   *     #LONGEST_PROGRESS}; of use when it is shorter than the retention
   */
  Flow.Publisher<CommitEvent> watch(KeyRange range, long afterTs, Duration progressEvery);

  /** See {@link #put}. */
  CompletableFuture<Commit> putAsync(byte[] key, byte[] value);

  /** See {@link #delete}. */
  CompletableFuture<Commit> deleteAsync(byte[] key);

  /** See {@link #deletePrefix}. */
  CompletableFuture<Commit> deletePrefixAsync(byte[] prefix);

  /** See {@link #write}. */
  CompletableFuture<Commit> writeAsync(List<Mutation> mutations);

  /**
   * See {@link #transact}. The body runs on a thread of the library, of which there are few: one
   * that waits for something else holds up other asynchronous calls. No thread waits for the
   * commit.
   */
  <T extends @Nullable Object> CompletableFuture<T> transactAsync(Function<Transaction, T> body);

  /** See {@link #outcomeOf}. */
  CompletableFuture<RequestOutcome> outcomeOfAsync(RequestId id);

  /** See {@link #get(byte[])}. */
  default CompletableFuture<byte @Nullable []> getAsync(byte[] key) {
    return getAsync(key, ReadOptions.linearizable());
  }

  /** See {@link #get(byte[], ReadOptions)}. */
  CompletableFuture<byte @Nullable []> getAsync(byte[] key, ReadOptions options);

  /** See {@link #scan(KeyRange, int)}. */
  default CompletableFuture<List<KeyValue>> scanAsync(KeyRange range, int limit) {
    return scanAsync(range, limit, ReadOptions.linearizable());
  }

  /** See {@link #scan(KeyRange, int, ReadOptions)}. */
  CompletableFuture<List<KeyValue>> scanAsync(KeyRange range, int limit, ReadOptions options);

  /** See {@link #reverseScan}. */
  CompletableFuture<List<KeyValue>> reverseScanAsync(
      KeyRange range, int limit, ReadOptions options);

  /** See {@link #scanPage(KeyRange, boolean, int, ReadOptions)}. */
  CompletableFuture<ScanPage> scanPageAsync(
      KeyRange range, boolean reverse, int limit, ReadOptions options);

  /** See {@link #scanPage(ScanToken, int)}. */
  CompletableFuture<ScanPage> scanPageAsync(ScanToken token, int limit);

  /** The same store with another timeout for each call, from 1 ms to 1 hour. */
  ReplicatedKv withTimeout(Duration timeout);
}
