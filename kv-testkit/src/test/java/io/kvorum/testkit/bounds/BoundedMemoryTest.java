// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.testkit.bounds.BoundedMemoryChild.Load;
import io.kvorum.testkit.powerloss.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three replicas in one heap, through which more is written than it can hold, stay in it: whether a
 * client submits without end, a follower falls behind, a subscriber asks for little, or one cursor
 * walks over everything. The controls keep what passes, beside the same replicas in the same heap:
 * it must not fit.
 */
final class BoundedMemoryTest {

  private static final int HEAP_MEBIBYTES = 144;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void theReplicasStayInTheirHeap(Load load) throws Exception {
    try (ChildJvm child = start(load)) {
      child.awaitSuccess(LIMIT);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SLOW_FOLLOWER") // nothing passes by it
  void whatPassesDoesNotFit(Load load) throws Exception {
    try (ChildJvm child = start(load, "keep")) {
      assertThat(child.await(LIMIT)).isNotZero();
      assertThat(child.output()).contains("OutOfMemoryError");
    }
  }

  private ChildJvm start(Load load, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(folder.toString(), load.name()));
    arguments.addAll(List.of(more));
    return ChildJvm.start(BoundedMemoryChild.class, arguments, HEAP_MEBIBYTES);
  }
}
