// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kvorum.fsm.wire.WireProto.SessionRecordProto;

/**
 * What is kept of a session, besides its outcomes.
 *
 * @param expireAt the time from which it is unknown, if it gives no sign of life before
 * @param highest the highest sequence that was carried out; 0: none
 * @param floor the lowest sequence that may still be carried out, or asked for
 */
public record SessionState(long timeToLiveMillis, long expireAt, long highest, long floor) {

  /** The bytes of a state. */
  public byte[] encode() {
    return SessionRecordProto.newBuilder()
        .setTimeToLiveMillis(timeToLiveMillis)
        .setExpireAt(expireAt)
        .setHighest(highest)
        .setFloor(floor)
        .build()
        .toByteArray();
  }

  /**
   * Decodes a state.
   *
   * @throws MalformedCommandException if the bytes are none
   */
  public static SessionState decode(byte[] bytes) {
    try {
      SessionRecordProto proto = SessionRecordProto.parseFrom(bytes);
      return new SessionState(
          proto.getTimeToLiveMillis(), proto.getExpireAt(), proto.getHighest(), proto.getFloor());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedCommandException(
          "these " + bytes.length + " bytes are no session: " + e.getMessage(), e);
    }
  }
}
