// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.fsm.StoreKind;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CommitRecordTest {

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource
  void anEntryOfManyKeysFillsSeveralRecordsOfWholeCommits(StoreKind kind) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      requests.add(
          new Request.Write(
              List.of(Mutation.put(key(i, 'a'), new byte[1]), Mutation.delete(key(i, 'b')))));
    }
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      try (RaftBatch batch = store.openRaftBatch()) {
        new Interpreter(batch).interpret(new LogPosition(1, 1), new Command(0, requests));
        batch.commit(new LogPosition(1, 1));
      }
      List<KeyValue> records = store.scanRecords(RecordKeys.all(RecordKeys.COMMITS), 1000);
      assertThat(records).hasSizeBetween(3, 10);
      for (KeyValue record : records) {
        assertThat(record.value()).hasSizeLessThan(CommitRecords.FULL_BYTES + 3_000);
      }
      RecordedCommit.Page all = RecordedCommit.above(store, 0, 1000);
      assertThat(all.isLast()).isTrue();
      assertThat(all.commits()).hasSize(200).allMatch(commit -> commit.changes().size() == 2);
      RecordedCommit.Page rest = RecordedCommit.above(store, 150, 1);
      assertThat(rest.commits().get(0).commitTs()).isEqualTo(151);
      assertThat(RecordedCommit.above(store, 200, 1).commits()).isEmpty();
      assertThat(RecordedCommit.above(store, Long.MAX_VALUE, 1).commits()).isEmpty();
    }
  }

  @Test
  void aRecordOfOneSmallPutIsNotMuchMoreThanItsKey() {
    CommitRecord.Writer writer = new CommitRecord.Writer();
    writer.begin(1L << 60, 1);
    writer.add(Mutation.put(new byte[24], new byte[100]), 1L << 60);
    assertThat(writer.encode()).hasSize(24 + 4);
  }

  @Property
  void whatIsNoRecordIsRefusedAsSuch(@ForAll byte[] bytes) {
    try {
      CommitRecord.decode(new KeyValue(RecordKeys.commits(7), bytes), 0);
    } catch (StoreCorruptException expected) {
      assertThat(expected).hasMessageContaining("commit record");
    }
  }

  @Test
  void aRecordThatIsCutIsRefused() {
    CommitRecord.Writer writer = new CommitRecord.Writer();
    writer.begin(1L << 40, 2);
    writer.add(Mutation.put(new byte[300], new byte[0], 1L << 50), 1L << 40);
    writer.addPrefixDelete(new byte[2], new byte[0]);
    byte[] whole = writer.encode();
    assertThat(decode(whole)).hasSize(1);
    for (int length = 2; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decode(cut)).isInstanceOf(StoreCorruptException.class);
    }
  }

  private static List<RecordedCommit> decode(byte[] record) {
    return CommitRecord.decode(new KeyValue(RecordKeys.commits(1L << 40), record), 0);
  }

  private static byte[] key(int number, char last) {
    byte[] key = new byte[1000];
    key[0] = (byte) number;
    key[999] = (byte) last;
    return key;
  }
}
