// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kvorum.fsm.wire.WireProto.PreparedProto;
import io.kvorum.fsm.wire.WireProto.TransactionRecordProto;

/** What is kept of a transaction of two phases. */
public sealed interface TransactionState {

  /**
   * It holds its locks, and will commit or abort.
   *
   * @param expireAt the time at which it is aborted; 0: never
   */
  record Prepared(long preparedTs, long expireAt, Request.Prepare prepare)
      implements TransactionState {

    /** Whether its locks have lost their force at a time. */
    public boolean isExpiredAt(long now) {
      return expireAt != 0 && expireAt <= now;
    }
  }

  /** Its writes are visible from this timestamp on. */
  record Committed(long commitTs) implements TransactionState {}

  /** None of its writes was or will be visible. */
  record Aborted(long abortedTs) implements TransactionState {}

  /** The bytes of a state. */
  static byte[] encode(TransactionState state) {
    TransactionRecordProto.Builder proto = TransactionRecordProto.newBuilder();
    if (state instanceof Prepared prepared) {
      proto.setPrepared(
          PreparedProto.newBuilder()
              .setPreparedTs(prepared.preparedTs())
              .setExpireAt(prepared.expireAt())
              .setPrepare(RequestEncoder.toProto(prepared.prepare())));
    } else if (state instanceof Committed committed) {
      proto.setCommittedTs(committed.commitTs());
    } else if (state instanceof Aborted aborted) {
      proto.setAbortedTs(aborted.abortedTs());
    }
    return proto.build().toByteArray();
  }

  /**
   * Decodes a state.
   *
   * @throws MalformedCommandException if the bytes are none
   */
  static TransactionState decode(byte[] bytes) {
    TransactionRecordProto proto;
    try {
      proto = TransactionRecordProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedCommandException(
          "these " + bytes.length + " bytes are no transaction: " + e.getMessage(), e);
    }
    return switch (proto.getStateCase()) {
      case PREPARED -> {
        PreparedProto prepared = proto.getPrepared();
        yield new Prepared(
            prepared.getPreparedTs(),
            prepared.getExpireAt(),
            RequestDecoder.toPrepare(prepared.getPrepare()));
      }
      case COMMITTED_TS -> new Committed(proto.getCommittedTs());
      case ABORTED_TS -> new Aborted(proto.getAbortedTs());
      case STATE_NOT_SET -> throw new MalformedCommandException("an empty transaction", null);
    };
  }
}
