// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/** Runs what takes a while, and mostly waits, side by side. */
final class Together {

  private Together() {}

  /**
   * Runs all tasks, each on a thread of its own, and waits for their ends.
   *
   * @param first failures that are thrown rather than others; of equals the first task's. The
   *     others are suppressed ones of it
   */
  static void run(List<Runnable> tasks, Predicate<RuntimeException> first) {
    if (tasks.isEmpty()) {
      return;
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    List<RuntimeException> failures = new ArrayList<>();
    try {
      List<CompletableFuture<Void>> ends =
          tasks.stream().map(task -> CompletableFuture.runAsync(task, threads)).toList();
      for (CompletableFuture<Void> end : ends) {
        try {
          end.join();
        } catch (CompletionException e) {
          failures.add(e.getCause() instanceof RuntimeException cause ? cause : e);
        }
      }
    } finally {
      threads.shutdown(); // all have ended
    }
    if (!failures.isEmpty()) {
      RuntimeException thrown = failures.stream().filter(first).findFirst().orElse(failures.get(0));
      failures.stream().filter(each -> each != thrown).forEach(thrown::addSuppressed);
      throw thrown;
    }
  }
}
