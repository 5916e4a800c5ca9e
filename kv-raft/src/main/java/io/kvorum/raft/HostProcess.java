// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import org.apache.ratis.util.ExitUtils;

/**
 * Keeps Ratis from ending the process it is embedded in. Ratis calls System.exit when it cannot
 * listen, and installs a handler that does so for any uncaught exception of any thread.
 */
final class HostProcess {

  private HostProcess() {}

  /** Takes both away, and gives the process its own handler back. Idempotent. */
  static synchronized void protect() {
    Thread.UncaughtExceptionHandler own = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    ExitUtils.setTerminateOnUncaughtException(false);
    Thread.setDefaultUncaughtExceptionHandler(own);
  }
}
