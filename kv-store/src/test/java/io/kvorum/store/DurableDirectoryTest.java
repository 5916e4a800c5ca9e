// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DurableDirectoryTest {

  private static final int THREADS = 4;

  @TempDir Path folder;

  @Test
  void severalMayMakeTheSameParents() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    CyclicBarrier together = new CyclicBarrier(THREADS);
    try {
      for (int round = 0; round < 200; round++) {
        Path shared = folder.resolve("r" + round).resolve("shared");
        List<Future<?>> made = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          Path own = shared.resolve("n" + thread);
          made.add(
              pool.submit(
                  () -> {
                    int unused = together.await(30, TimeUnit.SECONDS);
                    DurableDirectory.create(own);
                    return null;
                  }));
        }
        for (Future<?> each : made) {
          each.get(30, TimeUnit.SECONDS);
        }
        assertThat(shared.resolve("n0")).isDirectory();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aFileInItsPlaceIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> DurableDirectory.create(file));
    assertThat(file).hasContent("x");
  }
}
