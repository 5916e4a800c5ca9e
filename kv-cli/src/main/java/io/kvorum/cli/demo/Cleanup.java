// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Leaves no process and no temporary folder behind, however the demo ends: run at its end, or by
 * the JVM when it is interrupted.
 */
final class Cleanup extends Thread {

  private static final int ATTEMPTS = 5;

  private final DemoFolder folder;

  volatile @Nullable Group group;
  volatile boolean keepFolder;

  // Guarded by this.
  private boolean done;

  Cleanup(DemoFolder folder) {
    super("demo cleanup");
    this.folder = folder;
  }

  @Override
  public void run() {
    runOnce();
  }

  synchronized void runOnce() {
    if (done) {
      return;
    }
    done = true;
    Group running = group;
    if (running != null) {
      running.killChildren();
    }
    if (keepFolder) {
      return;
    }
    for (int attempt = 1; ; attempt++) {
      try {
        folder.deleteIfTemporary();
        return;
      } catch (UncheckedIOException e) {
        // After Ctrl-C the replica in this process still writes: a folder can fill up again.
        if (attempt == ATTEMPTS) {
          System.err.println("kv: " + folder.path() + " could not be deleted: " + e.getMessage());
          return;
        }
        Group.pause();
      }
    }
  }
}
