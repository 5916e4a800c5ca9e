// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

/** Decides how much of the log stays that a checkpoint holds already. */
@FunctionalInterface
public interface LogTail {

  /** Nothing of it stays. */
  LogTail NONE = checkpoint -> checkpoint;

  /**
   * The last entry that may go; below 0, none. What stays spares a replica that was away only
   * briefly the whole copy. Called from any thread; may read the log's directory.
   *
   * @param checkpoint index of the newest checkpoint; never exceeded
   */
  long purgeTo(long checkpoint);
}
