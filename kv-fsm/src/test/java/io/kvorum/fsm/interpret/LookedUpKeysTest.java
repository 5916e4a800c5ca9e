// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.Transaction;
import io.kvorum.fsm.wire.TransactionId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookedUpKeysTest {

  private static final Transaction TRANSACTION =
      new Transaction(
          7,
          List.of(put("written"), Mutation.delete(bytes("deleted"))),
          List.of(bytes("read")),
          List.of(KeyRange.prefix(bytes("range"))));

  @Test
  void writesTellTheirKeysInTheirOrder() {
    assertThat(keys(new Request.Write(List.of(put("b"), Mutation.delete(bytes("a"))))))
        .containsExactly("b", "a");
  }

  @Test
  void transactionsTellWhatTheyWriteAndWhatTheyHaveRead() {
    assertThat(keys(new Request.OnePhase(TRANSACTION)))
        .containsExactly("written", "deleted", "read");
    assertThat(keys(new Request.Prepare(new TransactionId(1, 2), TRANSACTION, 0)))
        .containsExactly("written", "deleted", "read");
  }

  @Test
  void anUploadTellsTheKeyThatItEndsAt() {
    assertThat(keys(new Request.FinishUpload(3, bytes("large"), 1, 1, 0, 0)))
        .containsExactly("large");
  }

  @Test
  void whatIsSentOnceIsLookedInto() {
    assertThat(keys(new Request.Once(1, 1, 0, new Request.Write(List.of(put("k"))))))
        .containsExactly("k");
  }

  @Test
  void allOtherRequestsTellNone() {
    assertThat(
            keys(
                new Request.DeletePrefix(bytes("p"), null),
                new Request.Commit(new TransactionId(1, 2)),
                new Request.OpenSession(1_000),
                new Request.Watermark(1)))
        .isEmpty();
  }

  @Test
  void commandsFollowEachOtherAndEntriesWithoutOneAreSkipped() {
    Command first = new Command(0, List.of(new Request.Write(List.of(put("a")))));
    Command second = new Command(0, List.of(new Request.Write(List.of(put("b"), put("a")))));
    assertThat(LookedUpKeys.of(Arrays.asList(null, first, null, second)))
        .containsExactly(bytes("a"), bytes("b"), bytes("a"));
  }

  private static List<String> keys(Request... requests) {
    return LookedUpKeys.of(List.of(new Command(0, List.of(requests)))).stream()
        .map(key -> new String(key, UTF_8))
        .toList();
  }

  private static Mutation put(String key) {
    return Mutation.put(bytes(key), bytes("value"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
