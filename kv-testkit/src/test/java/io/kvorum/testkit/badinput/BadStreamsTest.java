// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccStore;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.raft.KvNode;
import io.kvorum.store.badinput.BadInput;
import io.kvorum.store.badinput.BadInputTable;
import io.kvorum.testkit.GeneratedValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The rows of {@code docs/bad-input.md} about values that are streams. */
@SuppressWarnings({"NullAway", "CheckReturnValue"}) // null is bad input; nothing is returned
final class BadStreamsTest {

  private static final int LENGTH = 2 << 20;
  private static final byte[] K = "k".getBytes(UTF_8);
  private static final byte[] LONG_KEY = new byte[MvccStore.MAX_KEY_BYTES + 1];

  @TempDir static Path folder;

  private static KvNode open;
  private static KvNode closed;

  @BeforeAll
  static void start() {
    open = KvNode.open(folder.resolve("open"));
    Commit unused = open.kv().withTimeout(Duration.ofSeconds(60)).putStream(K, large());
    closed = KvNode.open(folder.resolve("closed"));
    closed.close();
  }

  @AfterAll
  static void stop() {
    open.close();
  }

  private static InputStream large() {
    return new GeneratedValue(1, LENGTH).stream();
  }

  private static InputStream failing() {
    return new GeneratedValue(1, LENGTH)
        .stream(
            LENGTH / 2,
            () -> {
              throw new IOException("the source is gone");
            });
  }

  private static List<BadInput> inputs() {
    ReplicatedKv kv = open.kv();
    InputStream small = new ByteArrayInputStream(K);
    KeyValue entry = kv.scan(KeyRange.all(), 1).get(0);
    return List.of(
        new BadInput("putStream", "key null", () -> kv.putStream(null, small)),
        new BadInput("putStream", "key empty", () -> kv.putStream(new byte[0], small)),
        new BadInput("putStream", "key of 65,537 bytes", () -> kv.putStream(LONG_KEY, small)),
        new BadInput("putStream", "value null", () -> kv.putStream(K, null)),
        new BadInput("putStream", "expireAt -1", () -> kv.putStream(K, small, -1)),
        new BadInput("putStream", "a stream that fails", () -> kv.putStream(K, failing())),
        new BadInput("putStream", "the node is closed", () -> closed.kv().putStream(K, small)),
        new BadInput("openStream", "key null", () -> kv.openStream(null)),
        new BadInput("openStream", "key of 65,537 bytes", () -> kv.openStream(LONG_KEY)),
        new BadInput("openStream", "the node is closed", () -> closed.kv().openStream(K)),
        new BadInput("get", "of a large value", () -> kv.get(K)),
        new BadInput("Transaction.get", "of a large value", () -> kv.transact(t -> t.get(K))),
        new BadInput("KeyValue.value", "of a large value", entry::value),
        new BadInput("MvccCursor.value", "of a large value", BadStreamsTest::cursorValue),
        new BadInput(
            "uploadTimeToLive",
            "less than 1 s",
            () -> KvNode.builder().uploadTimeToLive(Duration.ofMillis(999))));
  }

  private static void cursorValue() {
    try (MvccCursor cursor =
        open.kv().openCursor(KeyRange.all(), false, ReadOptions.linearizable())) {
      if (cursor.next()) {
        byte[] unused = cursor.value();
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> streams() {
    return new BadInputTable("Values as streams", Map.of())
        .tests(inputs(), () -> open.kv().scan(KeyRange.all(), 9));
  }
}
