// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeValue;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ScanPage;
import io.kvorum.api.ScanToken;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.server.Deadline;
import io.kvorum.store.ArgumentChecks;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The reads of a replicated store: find the timestamp, then read the local store, in the caller's
 * thread or, for the asynchronous ones, in one of the node's.
 *
 * <p>Time is made by the log: expiries are judged at the read timestamp, not by this host's clock.
 */
final class NodeReads {

  private final NodeParts node;
  private final Duration timeout;

  NodeReads(NodeParts node, Duration timeout) {
    this.node = node;
    this.timeout = timeout;
  }

  byte @Nullable [] get(byte[] key, ReadOptions options) {
    ArgumentChecks.readKey(key);
    return node.store().getAt(key, timestamp(options));
  }

  @Nullable LargeValue openStream(byte[] key, ReadOptions options) {
    ArgumentChecks.readKey(key);
    return LargeReads.open(node.store(), key, timestamp(options));
  }

  CompletableFuture<byte @Nullable []> getAsync(byte[] key, ReadOptions options) {
    ArgumentChecks.readKey(key);
    byte[] copy = key.clone();
    return later(options, ts -> node.store().getAt(copy, ts));
  }

  List<KeyValue> scan(KeyRange range, int limit, boolean reverse, ReadOptions options) {
    ArgumentChecks.range(range);
    return scanAt(range, limit, reverse, timestamp(options));
  }

  CompletableFuture<List<KeyValue>> scanAsync(
      KeyRange range, int limit, boolean reverse, ReadOptions options) {
    KeyRange copy = copy(range);
    return later(options, ts -> scanAt(copy, limit, reverse, ts));
  }

  MvccCursor openCursor(KeyRange range, boolean reverse, ReadOptions options) {
    ArgumentChecks.range(range);
    return node.store().openCursor(range, timestamp(options), reverse);
  }

  ScanPage page(KeyRange range, boolean reverse, int limit, ReadOptions options) {
    KeyRange copy = copy(range); // the token keeps it
    checkPageLimit(limit);
    return pageAt(copy, reverse, limit, timestamp(options));
  }

  CompletableFuture<ScanPage> pageAsync(
      KeyRange range, boolean reverse, int limit, ReadOptions options) {
    KeyRange copy = copy(range);
    checkPageLimit(limit);
    return later(options, ts -> pageAt(copy, reverse, limit, ts));
  }

  private List<KeyValue> scanAt(KeyRange range, int limit, boolean reverse, long ts) {
    return reverse
        ? node.store().reverseScanAt(range, limit, ts)
        : node.store().scanAt(range, limit, ts);
  }

  private ScanPage pageAt(KeyRange range, boolean reverse, int limit, long ts) {
    List<KeyValue> found = scanAt(range, limit + 1, reverse, ts);
    if (found.size() <= limit) {
      return new ScanPage(found, Optional.empty());
    }
    byte[] last = found.get(limit - 1).key();
    KeyRange rest =
        reverse
            ? new KeyRange(range.start(), last)
            : new KeyRange(Arrays.copyOf(last, last.length + 1), range.end());
    return new ScanPage(found.subList(0, limit), Optional.of(new ScanToken(rest, ts, reverse)));
  }

  private long timestamp(ReadOptions options) {
    Deadline deadline = Deadline.after(timeout);
    node.checkServing();
    return Waiting.until(
        deadline, node.readPoints().find(options, deadline), UnavailableException::new);
  }

  private <T> CompletableFuture<T> later(ReadOptions options, LongFunction<T> read) {
    node.checkServing();
    return node.readPoints()
        .find(options, Deadline.after(timeout))
        .thenApplyAsync(read::apply, node.callbacks());
  }

  private static void checkPageLimit(int limit) {
    if (limit < 1 || limit == Integer.MAX_VALUE) {
      throw new InvalidArgumentException(
          "a page's limit is " + limit + ", allowed are 1 to " + (Integer.MAX_VALUE - 1));
    }
  }

  static KeyRange copy(KeyRange range) {
    ArgumentChecks.range(range);
    return new KeyRange(copy(range.start()), copy(range.end()));
  }

  private static byte @Nullable [] copy(byte @Nullable [] bytes) {
    return bytes == null ? null : bytes.clone();
  }
}
