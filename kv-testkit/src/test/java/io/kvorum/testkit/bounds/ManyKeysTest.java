// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.testkit.powerloss.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The heap that an operation needs does not grow with the store: everything runs on a store that is
 * several times as large as the heap. With more effort the store has ten million keys. The control
 * reads the store as one list, which must not fit.
 */
final class ManyKeysTest {

  private static final boolean DEEPER = Integer.getInteger("kvorum.effort", 1) > 1;
  private static final int KEYS = DEEPER ? 10_000_000 : 500_000;
  private static final int CONTROL_KEYS = 500_000;
  private static final int HEAP_MEBIBYTES = 40;
  private static final Duration LIMIT = Duration.ofMinutes(DEEPER ? 30 : 3);

  @TempDir Path folder;

  @Test
  void everyOperationRunsInASmallHeap() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            ManyKeysChild.class,
            List.of(folder.toString(), Integer.toString(KEYS)),
            HEAP_MEBIBYTES)) {
      child.awaitSuccess(LIMIT);
      System.out.printf("%,d keys, a heap of %d MiB%n%s", KEYS, HEAP_MEBIBYTES, child.output());
    }
  }

  @Test
  void theStoreAsOneListDoesNotFit() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            ManyKeysChild.class,
            List.of(folder.toString(), Integer.toString(CONTROL_KEYS), "control"),
            HEAP_MEBIBYTES)) {
      assertThat(child.await(LIMIT)).isNotZero();
      assertThat(child.output()).contains("OutOfMemoryError");
    }
  }
}
