// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.RequestId;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.Transaction;
import io.kvorum.raft.KvNode;
import io.kvorum.store.badinput.BadInput;
import io.kvorum.store.badinput.BadInputTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The rows of {@code docs/bad-input.md} about the calls of a replicated store. */
@SuppressWarnings({
  "NullAway",
  "CheckReturnValue",
  "FutureReturnValueIgnored"
}) // null is bad input; nothing is returned
final class BadCallsTest {

  private static final byte[] K = "k".getBytes(UTF_8);
  private static final byte[] EMPTY = {};
  private static final byte[] LONG_KEY = new byte[MvccStore.MAX_KEY_BYTES + 1];
  private static final byte[] LONG_VALUE = new byte[1_001];
  private static final long FUTURE = 1L << 62;

  @TempDir static Path folder;

  private static KvNode open;
  private static KvNode closed;
  private static long watermark;

  @BeforeAll
  static void start() {
    open =
        KvNode.builder()
            .dataDir(folder.resolve("open"))
            .storeOptions(StoreOptions.defaults().withMaxValueBytes(1_000))
            .retention(Duration.ofSeconds(1))
            .start();
    open.kv().put(K, K);
    closed = KvNode.open(folder.resolve("closed"));
    closed.close();
    // The group writes nothing more by itself once the watermark has passed its last commit.
    await().atMost(Duration.ofSeconds(30)).until(BadCallsTest::isAtRest);
  }

  private static boolean isAtRest() throws InterruptedException {
    long before = oldestReadable();
    Thread.sleep(1_500);
    watermark = oldestReadable();
    return watermark > 0 && watermark == before;
  }

  private static long oldestReadable() {
    try {
      open.kv().get(K, ReadOptions.at(0));
      return 0;
    } catch (ReadTimestampCompactedException e) {
      return e.oldestReadable();
    }
  }

  @AfterAll
  static void stop() {
    open.close();
  }

  private static BadInput of(String call, String input, Function<ReplicatedKv, Object> attempt) {
    return new BadInput(call, input, () -> attempt.apply(open.kv()));
  }

  private static BadInput inside(String call, String input, Consumer<Transaction> attempt) {
    return of(
        "Transaction." + call,
        input,
        kv ->
            kv.transact(
                t -> {
                  attempt.accept(t);
                  return null;
                }));
  }

  private static List<BadInput> writes() {
    return List.of(
        of("put", "key null", kv -> kv.put(null, K)),
        of("put", "key empty", kv -> kv.put(EMPTY, K)),
        of("put", "key of 65,537 bytes", kv -> kv.put(LONG_KEY, K)),
        of("put", "value null", kv -> kv.put(K, null)),
        of("put", "value of 1,001 bytes", kv -> kv.put(K, LONG_VALUE)),
        of("putAsync", "key empty", kv -> kv.putAsync(EMPTY, K)),
        of("delete", "key empty", kv -> kv.delete(EMPTY)),
        of("deletePrefix", "prefix null", kv -> kv.deletePrefix(null)),
        of("deletePrefix", "prefix of 65,537 bytes", kv -> kv.deletePrefix(LONG_KEY)),
        of("write", "no mutation", kv -> kv.write(List.of())),
        of("write", "a mutation null", kv -> kv.write(Collections.singletonList(null))),
        of(
            "write",
            "an empty key, behind a good one",
            kv -> kv.write(List.of(Mutation.put(K, K), Mutation.put(EMPTY, K)))),
        of("write", "more than an entry holds", kv -> kv.write(many(40_000))),
        of("withTimeout", "0", kv -> kv.withTimeout(Duration.ZERO)),
        of("withTimeout", "more than an hour", kv -> kv.withTimeout(Duration.ofMinutes(61))));
  }

  private static List<Mutation> many(int count) {
    return Collections.nCopies(count, Mutation.put(K, new byte[1_000]));
  }

  private static List<BadInput> transactions() {
    return List.of(
        of("transact", "body null", kv -> kv.transact(null)),
        inside("get", "key null", t -> t.get(null)),
        inside("get", "key of 65,537 bytes", t -> t.get(LONG_KEY)),
        inside("scan", "range null", t -> t.scan(null, 1)),
        inside("put", "key empty", t -> t.put(EMPTY, K)),
        inside("put", "value of 1,001 bytes", t -> t.put(K, LONG_VALUE)),
        inside("put", "expireAt -1", t -> t.put(K, K, -1)),
        inside("delete", "key of 65,537 bytes", t -> t.delete(LONG_KEY)),
        inside("onCommit", "listener null", t -> t.onCommit(null)),
        inside("put", "more keys than a transaction may write", BadCallsTest::tooManyWrites),
        inside("get", "more keys than a transaction may read", BadCallsTest::tooManyReads),
        inside("scan", "more ranges than a transaction may read", BadCallsTest::tooManyRanges));
  }

  private static void tooManyWrites(Transaction t) {
    for (int i = 0; i < 1_000_000; i++) {
      t.put(Integer.toString(i).getBytes(UTF_8), EMPTY);
    }
  }

  private static void tooManyReads(Transaction t) {
    for (int i = 0; i < 1_000_000; i++) {
      t.get(Integer.toString(i).getBytes(UTF_8));
    }
  }

  private static void tooManyRanges(Transaction t) {
    for (int i = 0; i < 1_000_000; i++) {
      byte[] start = Integer.toString(i).getBytes(UTF_8);
      t.scan(new KeyRange(start, Integer.toString(i + 1).getBytes(UTF_8)), 1);
    }
  }

  private static List<BadInput> reads() {
    return List.of(
        of("get", "key null", kv -> kv.get(null)),
        of("get", "key of 65,537 bytes", kv -> kv.get(LONG_KEY)),
        of("get", "options null", kv -> kv.get(K, null)),
        of("get", "at 1, below the watermark", kv -> kv.get(K, ReadOptions.at(1))),
        of(
            "get",
            "at a timestamp that is not reached in 50 ms",
            kv -> kv.withTimeout(Duration.ofMillis(50)).get(K, ReadOptions.at(FUTURE))),
        of("getAsync", "options null", kv -> kv.getAsync(K, null)),
        of("getAsync", "key null", kv -> kv.getAsync(null)),
        of("ReadOptions.at", "-1", kv -> ReadOptions.at(-1)),
        of("ReadOptions.atLeast", "-1", kv -> ReadOptions.atLeast(-1)),
        of("ReadOptions.stale", "less than 0", kv -> ReadOptions.stale(Duration.ofMillis(-1))),
        of("scan", "range null", kv -> kv.scan(null, 1)),
        of("reverseScan", "range null", kv -> kv.reverseScan(null, 1, ReadOptions.linearizable())),
        of("openCursor", "range null", kv -> kv.openCursor(null, false, ReadOptions.lease())),
        of("scanPage", "limit 0", kv -> kv.scanPage(KeyRange.all(), false, 0, ReadOptions.lease())),
        of("scanPage", "token null", kv -> kv.scanPage(null, 1)),
        of("watch", "range null", kv -> kv.watch(null, 0)),
        of("watch", "timestamp -1", kv -> kv.watch(KeyRange.all(), -1)),
        of("watch", "progress null", kv -> kv.watch(KeyRange.all(), 0, null)),
        of("watch", "progress every 99 ms", kv -> watch(kv, Duration.ofMillis(99))),
        of("watch", "progress every two days", kv -> watch(kv, Duration.ofDays(2))),
        of("outcomeOf", "null", kv -> kv.outcomeOf(null)),
        of("RequestId.parse", "some text", kv -> RequestId.parse("text")));
  }

  private static List<BadInput> closed() {
    ReplicatedKv kv = closed.kv();
    return List.of(
        new BadInput("put", "the node is closed", () -> kv.put(K, K)),
        new BadInput("putAsync", "the node is closed", () -> kv.putAsync(K, K)),
        new BadInput("get", "the node is closed", () -> kv.get(K)),
        new BadInput("get", "stale, the node is closed", () -> kv.get(K, stale())),
        new BadInput("scan", "the node is closed", () -> kv.scan(KeyRange.all(), 1)),
        new BadInput("transact", "the node is closed", () -> kv.transact(t -> t.get(K))),
        new BadInput("outcomeOf", "the node is closed", () -> kv.outcomeOf(new RequestId(1, 1))),
        new BadInput("localStore", "the node is closed", () -> closed.localStore().lastCommitTs()));
  }

  private static Object watch(ReplicatedKv kv, Duration progressEvery) {
    return kv.watch(KeyRange.all(), 0, progressEvery);
  }

  private static ReadOptions stale() {
    return ReadOptions.stale(Duration.ofHours(1));
  }

  @TestFactory
  Stream<DynamicTest> calls() {
    Map<String, String> placeholders =
        Map.of(
            Long.toString(watermark),
            "WATERMARK",
            Long.toString(open.kv().<Long>transact(Transaction::readTimestamp)),
            "LAST",
            folder.toString(),
            "DIR");
    return new BadInputTable("Calls of a replica", placeholders)
        .tests(
            Stream.of(writes(), transactions(), reads(), closed()).flatMap(List::stream).toList(),
            () -> open.kv().scan(KeyRange.all(), 9));
  }
}
