// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.util.Optional;

/** Why a replica did not do what another one asked. */
public enum Refusal {
  /** Nothing was done: another replica leads, or this one is not ready to. Ask again later. */
  NOT_LEADER(0),
  /** Nothing was done: too much is in flight. */
  OVERLOADED(1),
  /** Nothing was done, and there is no time left to try again. */
  UNAVAILABLE(2),
  /** The command may commit, or may have committed. */
  OUTCOME_UNKNOWN(3),
  /** Nothing was done: the command is not allowed. */
  INVALID(4),
  /** Nothing was done: the replica has stopped. */
  STOPPED(5),
  /** Nothing was done: the disk of the replica has no room. */
  DISK_FULL(6);

  private final byte code;

  Refusal(int code) {
    this.code = (byte) code;
  }

  /** How it is written. */
  byte code() {
    return code;
  }

  /** The refusal written so; empty when there is none. */
  static Optional<Refusal> of(int code) {
    for (Refusal refusal : values()) {
      if (refusal.code == code) {
        return Optional.of(refusal);
      }
    }
    return Optional.empty();
  }
}
