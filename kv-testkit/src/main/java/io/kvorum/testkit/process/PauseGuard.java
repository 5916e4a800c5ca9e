// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;

/**
 * Kills a paused process when this JVM ends: a paused one does not notice that its stdin has ended.
 */
final class PauseGuard {

  private static final long WAIT_SECONDS = 10;

  private final Process shell;

  private PauseGuard(Process shell) {
    this.shell = shell;
  }

  static PauseGuard of(long pid) {
    try {
      // The end of stdin makes read fail; a line makes it succeed.
      return new PauseGuard(
          new ProcessBuilder("sh", "-c", "read -r line || kill -KILL \"$0\"", Long.toString(pid))
              .start());
    } catch (IOException e) {
      throw new ReplicaProcessException("no guard for a paused process: " + e);
    }
  }

  void dismiss() {
    try (OutputStream in = shell.getOutputStream()) {
      in.write('\n');
      in.flush();
    } catch (IOException e) {
      shell.destroyForcibly();
    }
    try {
      if (!shell.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
