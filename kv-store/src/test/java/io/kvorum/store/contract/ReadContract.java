// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import static io.kvorum.api.MvccStore.LATEST;
import static io.kvorum.store.contract.StoreSuite.b;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.MvccCursor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Visibility, expiry, scans and cursors. */
public interface ReadContract extends StoreSuite {

  @Test
  default void newestVersionAtOrBelowTheReadTimestampDecidesAlone() {
    store().putAt(b("k"), b("old"), 3, 0);
    store().putAt(b("k"), b("short"), 5, 8);
    store().deleteAt(b("k"), 10);

    assertThat(store().getAt(b("k"), 2)).isNull();
    assertThat(store().getAt(b("k"), 4)).isEqualTo(b("old"));
    assertThat(store().getAt(b("k"), 7)).isEqualTo(b("short"));
    assertThat(store().getAt(b("k"), 8)).isNull();
    assertThat(store().existsAt(b("k"), 7)).isTrue();
    assertThat(store().existsAt(b("k"), LATEST)).isFalse();
    assertThat(store().latestCommitTs(b("k"))).hasValue(10);
  }

  @Test
  default void versionsComeInAnyOrderAndReplaceTheirEqual() {
    store().putAt(b("k"), b("9"), 9, 0);
    store().putAt(b("k"), b("3"), 3, 0);
    store().putAt(b("k"), b("three"), 3, 0);

    assertThat(store().getAt(b("k"), 5)).isEqualTo(b("three"));
    assertThat(store().getAt(b("k"), LATEST)).isEqualTo(b("9"));
    assertThat(store().lastCommitTs()).isEqualTo(9);
  }

  @Test
  default void emptyValueIsAValueAndEmptyKeyIsAbsent() {
    store().putAt(b("k"), b(""), 1, 0);

    assertThat(store().getAt(b("k"), 1)).isEmpty();
    assertThat(store().getAt(b(""), LATEST)).isNull();
    assertThat(store().latestCommitTs(b(""))).isEmpty();
  }

  @Test
  default void arraysAreCopiedBothWays() {
    byte[] key = b("k");
    byte[] value = b("v");
    store().putAt(key, value, 1, 0);
    key[0] = 'x';
    value[0] = 'x';
    byte[] read = store().getAt(b("k"), 1);
    assertThat(read).isEqualTo(b("v"));
    read[0] = 'x';

    assertThat(store().getAt(b("k"), 1)).isEqualTo(b("v"));
  }

  @Test
  default void expireAtRewritesWhatIsVisibleAndSaysSo() {
    store().putAt(b("k"), b("v"), 2, 0);

    assertThat(store().expireAt(b("absent"), 9, 3)).isFalse();
    assertThat(store().expireAt(b("k"), 9, 1)).isFalse();
    assertThat(store().lastCommitTs()).isEqualTo(2);
    assertThat(store().expireAt(b("k"), 9, 4)).isTrue();
    assertThat(store().getAt(b("k"), 8)).isEqualTo(b("v"));
    assertThat(store().getAt(b("k"), 9)).isNull();
    assertThat(store().expireAt(b("k"), 0, 5)).isTrue();
    assertThat(store().getAt(b("k"), LATEST)).isEqualTo(b("v"));
    assertThat(store().expireAt(b("k"), 0, 9)).isTrue();
  }

  @Test
  default void scansCountVisibleKeysBothWaysThoughTheirEndsAreInvisible() {
    for (String key : List.of("a", "b", "c", "d")) {
      store().putAt(b(key), b(key), 1, 0);
    }
    store().deleteAt(b("a"), 2);
    store().deleteAt(b("d"), 2);

    assertThat(store().scanAt(KeyRange.all(), 1, LATEST)).containsExactly(pair("b"));
    assertThat(store().reverseScanAt(KeyRange.all(), 1, LATEST)).containsExactly(pair("c"));
    assertThat(store().scanAt(KeyRange.of(b("b"), b("d")), 9, LATEST))
        .containsExactly(pair("b"), pair("c"));
    assertThat(store().reverseScanAt(KeyRange.of(b("a"), b("c")), 9, 1))
        .containsExactly(pair("b"), pair("a"));
    assertThat(store().scanAt(KeyRange.all(), 0, LATEST)).isEmpty();
    assertThat(store().scanAt(KeyRange.all(), -1, LATEST)).isEmpty();
    assertThat(store().scanAt(KeyRange.of(b("c"), b("b")), 9, LATEST)).isEmpty();
    assertThat(store().reverseScanAt(KeyRange.of(b("c"), b("c")), 9, LATEST)).isEmpty();
  }

  @Test
  default void cursorSeesOnePointInTime() {
    store().putAt(b("a"), b("a"), 1, 0);
    store().putAt(b("b"), b("b"), 1, 0);
    try (MvccCursor cursor = store().openCursor(KeyRange.all(), LATEST, false)) {
      assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
      store().deleteAt(b("b"), 2);
      store().putAt(b("c"), b("c"), 2, 0);
      store().setMinRetainedTs(2);
      List<KeyValue> seen = new ArrayList<>();
      while (cursor.next()) {
        assertThat(cursor.commitTs()).isEqualTo(1);
        seen.add(new KeyValue(cursor.key(), cursor.value()));
      }
      assertThat(seen).containsExactly(pair("a"), pair("b"));
      assertThat(cursor.next()).isFalse();
    }
  }

  private static KeyValue pair(String text) {
    return new KeyValue(b(text), b(text));
  }
}
