// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import java.util.UUID;

/**
 * Names a transaction of two phases: 128 bits that whoever begins it makes, and that no other
 * transaction ever has.
 */
public record TransactionId(long high, long low) {

  /** A new one, from a strong random source. */
  public static TransactionId random() {
    UUID uuid = UUID.randomUUID();
    return new TransactionId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
  }

  /** 32 hex digits. */
  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
