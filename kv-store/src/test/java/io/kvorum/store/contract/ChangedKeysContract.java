// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import static io.kvorum.store.contract.StoreSuite.b;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a batch finds changed in a range: stored versions, its own, and its prefix deletes. */
public interface ChangedKeysContract extends StoreSuite {

  @Test
  default void aBatchsOwnWritesStandAmongTheStoredOnesInTheOrderOfTheKeys() {
    put("b", 1);
    put("d", 8);
    put("f", 2);
    try (RaftBatch batch = store().openRaftBatch()) {
      assertThat(changed(batch, KeyRange.all(), 5)).isEqualTo("d");
      put(batch, "e", 9);
      put(batch, "z", 9);
      assertThat(changed(batch, KeyRange.all(), 5)).isEqualTo("d");
      assertThat(changed(batch, KeyRange.all(), 8)).isEqualTo("e");
      put(batch, "a", 9);
      put(batch, "c", 9);
      put(batch, "d", 9);
      assertThat(changed(batch, KeyRange.all(), 5)).isEqualTo("a");
      assertThat(changed(batch, KeyRange.of(b("b"), b("z")), 5)).isEqualTo("c");
      assertThat(changed(batch, KeyRange.of(b("d"), b("z")), 8)).isEqualTo("d");
      assertThat(changed(batch, KeyRange.of(b("dd"), b("z")), 5)).isEqualTo("e");
      assertThat(changed(batch, KeyRange.of(b("f"), b("z")), 5)).isNull();
      assertThat(changed(batch, KeyRange.of(b("g"), b("zz")), 5)).isEqualTo("z");
      batch.commit(new LogPosition(1, 1));
    }
  }

  @Test
  default void aVersionAtTheTimestampIsNoChange() {
    put("k", 5);
    try (RaftBatch batch = store().openRaftBatch()) {
      put(batch, "l", 6);
      assertThat(changed(batch, KeyRange.all(), 4)).isEqualTo("k");
      assertThat(changed(batch, KeyRange.all(), 5)).isEqualTo("l");
      assertThat(changed(batch, KeyRange.all(), 6)).isNull();
      batch.commit(new LogPosition(1, 1));
    }
  }

  @Test
  default void keysThatAPrefixDeleteOfTheBatchHasHiddenAreChanged() {
    put("p/dead", 1);
    store().deleteAt(b("p/dead"), 2);
    put("p/expired", 1, 3);
    put("p/kept", 1);
    put("p/live", 1);
    put("q", 1);
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.deletePrefixAtRaft(b("p/"), b("p/k"), 5);
      assertThat(changed(batch, KeyRange.all(), 4)).isEqualTo("p/live");
      assertThat(changed(batch, KeyRange.all(), 5)).isNull();
      put(batch, "p/live", 6);
      batch.deletePrefixAtRaft(b(""), null, 7);
      assertThat(changed(batch, KeyRange.all(), 6)).isEqualTo("p/kept");
      assertThat(changed(batch, new KeyRange(b("q"), null), 6)).isEqualTo("q");
      assertThat(changed(batch, KeyRange.all(), 7)).isNull();
      batch.commit(new LogPosition(1, 1));
    }
  }

  @Test
  default void moreKeysThanAreAllowedAreRefusedUnlessAChangeComesFirst() {
    put("a", 1);
    put("b", 1);
    store().deleteAt(b("b"), 2);
    put("c", 1);
    put("d", 1);
    try (RaftBatch batch = store().openRaftBatch()) {
      assertThat(batch.firstKeyChangedAfter(KeyRange.all(), 5, 3)).isNull();
      assertThatThrownBy(() -> batch.firstKeyChangedAfter(KeyRange.all(), 5, 2))
          .isInstanceOf(InvalidArgumentException.class);
      put(batch, "c", 6);
      assertThat(batch.firstKeyChangedAfter(KeyRange.all(), 5, 2)).isEqualTo(b("c"));
      batch.commit(new LogPosition(1, 1));
    }
  }

  private void put(String key, long ts) {
    put(key, ts, 0);
  }

  private void put(String key, long ts, long expireAt) {
    store().putAt(b(key), b("v"), ts, expireAt);
  }

  private static void put(RaftBatch batch, String key, long ts) {
    batch.applyMutationsRaft(List.of(Mutation.put(b(key), b("v"))), List.of(), ts, ts);
  }

  private static @Nullable String changed(RaftBatch batch, KeyRange range, long ts) {
    byte[] key = batch.firstKeyChangedAfter(range, ts, 100);
    return key == null ? null : new String(key, UTF_8);
  }
}
