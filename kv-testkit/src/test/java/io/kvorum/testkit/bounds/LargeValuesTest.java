// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.testkit.powerloss.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight writers at once stream values that together are larger than the heap, into three replicas
 * that all live in it. With more effort each value has a GiB. The control keeps the values as
 * arrays, in the same heap and beside the same replicas: they must not fit.
 */
final class LargeValuesTest {

  private static final boolean DEEPER = Integer.getInteger("kvorum.effort", 1) > 1;
  private static final int VALUE_MEBIBYTES = DEEPER ? 1024 : 24;
  private static final int CONTROL_MEBIBYTES = DEEPER ? 64 : 40;
  private static final int HEAP_MEBIBYTES = DEEPER ? 448 : 176;
  private static final Duration LIMIT = Duration.ofMinutes(DEEPER ? 60 : 3);

  @TempDir Path folder;

  @Test
  void writersAndReadersOfLargeValuesRunInASmallHeap() throws Exception {
    try (ChildJvm child = start(VALUE_MEBIBYTES)) {
      child.awaitSuccess(LIMIT);
    }
  }

  @Test
  void theValuesAsArraysDoNotFit() throws Exception {
    try (ChildJvm child = start(CONTROL_MEBIBYTES, "control")) {
      assertThat(child.await(LIMIT)).isNotZero();
      assertThat(child.output()).contains("OutOfMemoryError").doesNotContain(LargeValuesChild.FITS);
    }
  }

  private ChildJvm start(int mebibytes, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of(folder.toString(), Integer.toString(mebibytes)));
    arguments.addAll(List.of(more));
    return ChildJvm.start(LargeValuesChild.class, arguments, HEAP_MEBIBYTES);
  }
}
