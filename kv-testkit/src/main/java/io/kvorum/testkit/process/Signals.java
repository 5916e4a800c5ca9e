// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** POSIX signals, through {@code kill}. */
final class Signals {

  private static final long WAIT_SECONDS = 10;

  private Signals() {}

  static void send(String signal, long pid) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start();
      if (!kill.waitFor(WAIT_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new ReplicaProcessException("kill -" + signal + " " + pid + " failed");
      }
    } catch (IOException e) {
      throw new ReplicaProcessException("kill -" + signal + " " + pid + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplicaProcessException("interrupted during kill -" + signal + " " + pid);
    }
  }
}
