// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.KeyRange;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.StoreOptions;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeHandlesTest {

  @TempDir Path dir;

  @Test
  void whatIsOpenIsListedWithThePlaceThatOpenedIt() {
    assertThat(NativeHandles.isDetecting())
        .as("-D" + NativeHandles.LEAK_DETECTION_PROPERTY + "=true, as the build sets it")
        .isTrue();
    assertThat(NativeHandles.list()).isEmpty();
    RocksMvccStore store = RocksMvccStore.open(dir, StoreOptions.defaults());
    MvccSnapshot snapshot = store.snapshot();
    MvccCursor cursor = opensACursor(store);
    assertThat(NativeHandles.list())
        .extracting(NativeHandles.Open::what)
        .contains("database", "pinned view", "iterator")
        .hasSize(Math.toIntExact(NativeHandles.count()));
    assertThat(NativeHandles.list())
        .filteredOn(open -> open.what().equals("iterator"))
        .allSatisfy(
            open ->
                assertThat(Arrays.toString(open.openedAt().getStackTrace()))
                    .contains("opensACursor"));
    cursor.close();
    cursor.close();
    snapshot.close();
    assertThat(NativeHandles.list()).extracting(NativeHandles.Open::what).containsOnly("database");
    store.close();
    assertThat(NativeHandles.list()).isEmpty();
    assertThat(NativeHandles.count()).isZero();
  }

  private static MvccCursor opensACursor(RocksMvccStore store) {
    return store.openCursor(KeyRange.all(), 1, false);
  }
}
