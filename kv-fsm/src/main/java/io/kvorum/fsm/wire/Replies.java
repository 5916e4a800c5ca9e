// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kvorum.api.LogPosition;
import io.kvorum.fsm.wire.WireProto.OutcomeProto;
import io.kvorum.fsm.wire.WireProto.ReplyProto;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** Encodes and decodes replies. */
public final class Replies {

  /** The version this build writes, and the newest it reads. */
  public static final int VERSION = 1;

  private Replies() {}

  /** The bytes of a reply. They share no array with it. */
  public static ByteString encode(Reply reply) {
    ReplyProto.Builder proto =
        ReplyProto.newBuilder()
            .setVersion(VERSION)
            .setTerm(reply.position().term())
            .setIndex(reply.position().index())
            .setAlreadyApplied(reply.alreadyApplied());
    for (Outcome outcome : reply.outcomes()) {
      proto.addOutcomes(Outcomes.toProto(outcome));
    }
    return RatisBytes.wrap(proto.build().toByteArray());
  }

  /**
   * Decodes a reply.
   *
   * @throws MalformedCommandException if the bytes are no reply, or one of a newer version
   */
  public static Reply decode(ByteString bytes) {
    ReplyProto proto;
    try {
      proto = ReplyProto.parseFrom(bytes.asReadOnlyByteBuffer());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedCommandException(
          "these " + bytes.size() + " bytes are no reply: " + e.getMessage(), e);
    }
    if (proto.getVersion() != VERSION) {
      throw new MalformedCommandException(
          "a reply of version "
              + Integer.toUnsignedString(proto.getVersion())
              + "; this replica knows version "
              + VERSION,
          null);
    }
    if (proto.getTerm() < 0 || proto.getIndex() < 0) {
      throw new MalformedCommandException("a reply with a negative log position", null);
    }
    List<Outcome> outcomes = new ArrayList<>(proto.getOutcomesCount());
    for (OutcomeProto outcome : proto.getOutcomesList()) {
      outcomes.add(Outcomes.toOutcome(outcome));
    }
    LogPosition position = new LogPosition(proto.getTerm(), proto.getIndex());
    return new Reply(position, proto.getAlreadyApplied(), outcomes);
  }
}
