// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.kvorum.api.ConflictKind;
import io.kvorum.api.LogPosition;
import io.kvorum.fsm.wire.WireProto.ConflictProto;
import io.kvorum.fsm.wire.WireProto.DuplicateProto;
import io.kvorum.fsm.wire.WireProto.LockedProto;
import io.kvorum.fsm.wire.WireProto.OutcomeProto;
import io.kvorum.fsm.wire.WireProto.OutcomesRecordProto;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** Encodes and decodes outcomes: in replies, and as what a session remembers of a request. */
public final class Outcomes {

  private Outcomes() {}

  /** The bytes of what a session remembers of some requests, by their sequences. */
  public static byte[] encode(SortedMap<Long, Outcome.Duplicate> remembered) {
    OutcomesRecordProto.Builder record = OutcomesRecordProto.newBuilder();
    remembered.forEach(
        (sequence, outcome) -> record.addSequences(sequence).addOutcomes(toProto(outcome)));
    return record.build().toByteArray();
  }

  /**
   * Decodes what a session remembers: what these requests are answered when they are sent again.
   *
   * @throws MalformedCommandException if the bytes are nothing such
   */
  public static NavigableMap<Long, Outcome.Duplicate> decode(byte[] bytes) {
    NavigableMap<Long, Outcome.Duplicate> remembered = new TreeMap<>();
    try {
      OutcomesRecordProto record = OutcomesRecordProto.parseFrom(bytes);
      checkKnown(record.getUnknownFields().asMap().isEmpty());
      checkOneForEach(record.getSequencesCount(), record);
      for (int i = 0; i < record.getSequencesCount(); i++) {
        remembered.put(record.getSequences(i), toDuplicate(record.getOutcomes(i)));
      }
      checkOneForEach(remembered.size(), record);
      return remembered;
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedCommandException(
          "these " + bytes.length + " bytes are no outcomes: " + e.getMessage(), e);
    }
  }

  private static void checkOneForEach(int sequences, OutcomesRecordProto record) {
    if (sequences != record.getOutcomesCount()) {
      throw new MalformedCommandException(
          record.getSequencesList() + " are not the sequences of as many outcomes", null);
    }
  }

  static OutcomeProto toProto(Outcome outcome) {
    OutcomeProto.Builder proto = OutcomeProto.newBuilder();
    if (outcome instanceof Outcome.Committed committed) {
      proto.setCommittedTs(committed.commitTs());
    } else if (outcome instanceof Outcome.Conflict conflict) {
      proto.setConflict(toProto(conflict));
    } else if (outcome instanceof Outcome.Invalid invalid) {
      proto.setInvalid(invalid.why());
    } else if (outcome instanceof Outcome.Duplicate duplicate) {
      proto.setDuplicate(toProto(duplicate));
    } else if (outcome instanceof Outcome.Fenced) {
      proto.setFenced(true);
    } else if (outcome instanceof Outcome.SessionUnknown) {
      proto.setSessionUnknown(true);
    } else if (outcome instanceof Outcome.UploadUnknown) {
      proto.setUploadUnknown(true);
    } else if (outcome instanceof Outcome.UploadsOpen open) {
      proto.setUploadsOpen(open.count());
    } else if (outcome instanceof Outcome.SequenceForgotten forgotten) {
      proto.setSequenceForgotten(forgotten.oldest());
    } else {
      transaction(outcome, proto);
    }
    return proto.build();
  }

  private static void transaction(Outcome outcome, OutcomeProto.Builder proto) {
    if (outcome instanceof Outcome.Locked locked) {
      proto.setLocked(
          LockedProto.newBuilder()
              .setKey(UnsafeByteOperations.unsafeWrap(locked.key()))
              .setHolder(RequestEncoder.toProto(locked.holder())));
    } else if (outcome instanceof Outcome.Prepared prepared) {
      proto.setPreparedTs(prepared.preparedTs());
    } else if (outcome instanceof Outcome.Aborted aborted) {
      proto.setAbortedTs(aborted.abortedTs());
    } else if (outcome instanceof Outcome.AlreadyCommitted committed) {
      proto.setAlreadyCommittedTs(committed.commitTs());
    } else if (outcome instanceof Outcome.AlreadyAborted) {
      proto.setAlreadyAborted(true);
    } else if (outcome instanceof Outcome.NotPrepared) {
      proto.setNotPrepared(true);
    } else if (outcome instanceof Outcome.StartTooOld old) {
      proto.setStartTooOld(old.oldest());
    }
  }

  private static DuplicateProto toProto(Outcome.Duplicate duplicate) {
    return DuplicateProto.newBuilder()
        .setEarlier(toProto(duplicate.earlier()))
        .setTerm(duplicate.position().term())
        .setIndex(duplicate.position().index())
        .build();
  }

  private static Outcome.Duplicate toDuplicate(DuplicateProto duplicate) {
    checkKnown(duplicate.getUnknownFields().asMap().isEmpty());
    checkKnown(!duplicate.getEarlier().hasDuplicate());
    if (duplicate.getTerm() < 0 || duplicate.getIndex() < 0) {
      throw new MalformedCommandException("an outcome with a negative log position", null);
    }
    return new Outcome.Duplicate(
        toOutcome(duplicate.getEarlier()),
        new LogPosition(duplicate.getTerm(), duplicate.getIndex()));
  }

  private static ConflictProto toProto(Outcome.Conflict conflict) {
    return ConflictProto.newBuilder()
        .setKind(
            conflict.kind() == ConflictKind.WRITE
                ? ConflictProto.Kind.WRITE
                : ConflictProto.Kind.READ)
        .setKey(UnsafeByteOperations.unsafeWrap(conflict.key()))
        .build();
  }

  static Outcome toOutcome(OutcomeProto outcome) {
    checkKnown(outcome.getUnknownFields().asMap().isEmpty());
    return switch (outcome.getKindCase()) {
      case COMMITTED_TS -> new Outcome.Committed(outcome.getCommittedTs());
      case CONFLICT ->
          new Outcome.Conflict(
              kind(outcome.getConflict()), outcome.getConflict().getKey().toByteArray());
      case INVALID -> new Outcome.Invalid(outcome.getInvalid());
      case LOCKED ->
          new Outcome.Locked(
              outcome.getLocked().getKey().toByteArray(),
              RequestDecoder.toId(outcome.getLocked().getHolder()));
      case ALREADY_COMMITTED_TS -> new Outcome.AlreadyCommitted(outcome.getAlreadyCommittedTs());
      case ALREADY_ABORTED -> new Outcome.AlreadyAborted();
      case DUPLICATE -> {
        yield toDuplicate(outcome.getDuplicate());
      }
      case PREPARED_TS -> new Outcome.Prepared(outcome.getPreparedTs());
      case ABORTED_TS -> new Outcome.Aborted(outcome.getAbortedTs());
      case NOT_PREPARED -> new Outcome.NotPrepared();
      case START_TOO_OLD -> new Outcome.StartTooOld(outcome.getStartTooOld());
      case SESSION_UNKNOWN -> new Outcome.SessionUnknown();
      case SEQUENCE_FORGOTTEN -> new Outcome.SequenceForgotten(outcome.getSequenceForgotten());
      case FENCED -> new Outcome.Fenced();
      case UPLOAD_UNKNOWN -> new Outcome.UploadUnknown();
      case UPLOADS_OPEN -> new Outcome.UploadsOpen(outcome.getUploadsOpen());
      case KIND_NOT_SET -> throw new MalformedCommandException("an empty outcome", null);
    };
  }

  private static ConflictKind kind(ConflictProto conflict) {
    return switch (conflict.getKind()) {
      case WRITE -> ConflictKind.WRITE;
      case READ -> ConflictKind.READ;
      case UNSPECIFIED, UNRECOGNIZED ->
          throw new MalformedCommandException("a conflict of an unknown kind", null);
    };
  }

  private static void checkKnown(boolean known) {
    if (!known) {
      throw new MalformedCommandException("an outcome with something unknown in it", null);
    }
  }
}
