// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageOrBuilder;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.WireProto.DeletePrefixProto;
import io.kvorum.fsm.wire.WireProto.FinishUploadProto;
import io.kvorum.fsm.wire.WireProto.MutationProto;
import io.kvorum.fsm.wire.WireProto.NextProto;
import io.kvorum.fsm.wire.WireProto.OnceProto;
import io.kvorum.fsm.wire.WireProto.PrepareProto;
import io.kvorum.fsm.wire.WireProto.RangeProto;
import io.kvorum.fsm.wire.WireProto.RequestProto;
import io.kvorum.fsm.wire.WireProto.SessionProto;
import io.kvorum.fsm.wire.WireProto.TransactionIdProto;
import io.kvorum.fsm.wire.WireProto.TransactionProto;
import io.kvorum.fsm.wire.WireProto.UploadProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests from protobuf messages; refuses what this version does not know. */
final class RequestDecoder {

  private RequestDecoder() {}

  /**
   * @param before the request with a sequence that comes before in the command; null for none
   */
  static Request toRequest(RequestProto request, Request.@Nullable Once before) {
    checkKnown(request, "request");
    Request inner = toInner(request);
    if (!request.hasOnce() && !request.hasNext()) {
      if (inner instanceof Request.Fence) {
        throw new MalformedCommandException("a fence without a sequence", null);
      }
      return inner;
    }
    if (request.hasSession()) {
      throw new MalformedCommandException("a session request with a sequence", null);
    }
    if (!request.hasNext()) {
      OnceProto once = request.getOnce();
      checkKnown(once, "session reference");
      return new Request.Once(
          once.getSession(), once.getSequence(), once.getAcknowledgedBelow(), inner);
    }
    if (request.hasOnce() || before == null) {
      throw new MalformedCommandException(
          "a request that continues "
              + (before == null ? "no other" : "another, and has a sequence of its own"),
          null);
    }
    NextProto next = request.getNext();
    checkKnown(next, "next sequence");
    return new Request.Once(
        before.session(),
        before.sequence() + 1 + next.getSkipped(),
        before.acknowledgedBelow() + next.getAcknowledgedMore(),
        inner);
  }

  private static Request toInner(RequestProto request) {
    return switch (request.getKindCase()) {
      case WRITE -> {
        checkKnown(request.getWrite(), "write");
        yield new Request.Write(toMutations(request.getWrite().getMutationsList()));
      }
      case DELETE_PREFIX -> {
        DeletePrefixProto delete = request.getDeletePrefix();
        checkKnown(delete, "prefix delete");
        yield new Request.DeletePrefix(
            delete.getPrefix().toByteArray(),
            delete.hasExcludePrefix() ? delete.getExcludePrefix().toByteArray() : null);
      }
      case ONE_PHASE -> new Request.OnePhase(toTransaction(request.getOnePhase()));
      case PREPARE -> toPrepare(request.getPrepare());
      case COMMIT -> new Request.Commit(toId(request.getCommit()));
      case ABORT -> new Request.Abort(toId(request.getAbort()));
      case SESSION -> toSession(request.getSession());
      case WATERMARK -> {
        checkKnown(request.getWatermark(), "watermark");
        yield new Request.Watermark(request.getWatermark().getMinRetainedTs());
      }
      case CLOCK -> {
        checkKnown(request.getClock(), "clock");
        yield new Request.Clock(request.getClock().getAtLeast());
      }
      case FENCE -> {
        checkKnown(request.getFence(), "fence");
        yield new Request.Fence();
      }
      case UPLOAD -> toUpload(request.getUpload());
      case FINISH_UPLOAD -> toFinish(request.getFinishUpload());
      case ABORT_UPLOAD -> new Request.AbortUpload(request.getAbortUpload());
      case KIND_NOT_SET -> throw new MalformedCommandException("an empty request", null);
    };
  }

  private static Request toUpload(UploadProto upload) {
    checkKnown(upload, "upload");
    List<byte[]> chunks = new ArrayList<>(upload.getChunksCount());
    for (ByteString chunk : upload.getChunksList()) {
      chunks.add(chunk.toByteArray());
    }
    return new Request.Upload(
        upload.getUpload(), upload.getFirst(), chunks, upload.getIdleMillis());
  }

  private static Request toFinish(FinishUploadProto finish) {
    checkKnown(finish, "end of an upload");
    return new Request.FinishUpload(
        finish.getUpload(),
        finish.getKey().toByteArray(),
        finish.getChunks(),
        finish.getLength(),
        finish.getChecksum(),
        finish.getExpireAt());
  }

  private static Request toSession(SessionProto session) {
    checkKnown(session, "session request");
    return switch (session.getKindCase()) {
      case OPEN_MILLIS -> new Request.OpenSession(session.getOpenMillis());
      case KEEP_ALIVE -> new Request.KeepAlive(session.getKeepAlive());
      case CLOSE -> new Request.CloseSession(session.getClose());
      case KIND_NOT_SET -> throw new MalformedCommandException("an empty session request", null);
    };
  }

  static Request.Prepare toPrepare(PrepareProto prepare) {
    checkKnown(prepare, "prepare");
    return new Request.Prepare(
        toId(prepare.getId()), toTransaction(prepare.getTransaction()), prepare.getLockMillis());
  }

  static TransactionId toId(TransactionIdProto id) {
    checkKnown(id, "transaction id");
    return new TransactionId(id.getHigh(), id.getLow());
  }

  private static Transaction toTransaction(TransactionProto transaction) {
    checkKnown(transaction, "transaction");
    List<byte[]> readKeys = new ArrayList<>(transaction.getReadKeysCount());
    for (ByteString key : transaction.getReadKeysList()) {
      readKeys.add(key.toByteArray());
    }
    List<KeyRange> readRanges = new ArrayList<>(transaction.getReadRangesCount());
    for (RangeProto range : transaction.getReadRangesList()) {
      checkKnown(range, "range");
      readRanges.add(
          new KeyRange(
              range.hasStart() ? range.getStart().toByteArray() : null,
              range.hasEnd() ? range.getEnd().toByteArray() : null));
    }
    return new Transaction(
        transaction.getStartTs(),
        toMutations(transaction.getMutationsList()),
        readKeys,
        readRanges);
  }

  private static List<Mutation> toMutations(List<MutationProto> protos) {
    List<Mutation> mutations = new ArrayList<>(protos.size());
    for (MutationProto mutation : protos) {
      mutations.add(toMutation(mutation));
    }
    return mutations;
  }

  private static Mutation toMutation(MutationProto mutation) {
    checkKnown(mutation, "mutation");
    byte[] key = mutation.getKey().toByteArray();
    return switch (mutation.getKindCase()) {
      case PUT -> Mutation.put(key, mutation.getPut().toByteArray(), mutation.getExpireAt());
      case DELETE -> {
        checkKnown(mutation.getDelete() && mutation.getExpireAt() == 0, "delete");
        yield Mutation.delete(key);
      }
      case KIND_NOT_SET -> throw new MalformedCommandException("an empty mutation", null);
    };
  }

  private static void checkKnown(MessageOrBuilder message, String what) {
    checkKnown(message.getUnknownFields().asMap().isEmpty(), what);
  }

  private static void checkKnown(boolean known, String what) {
    if (!known) {
      throw new MalformedCommandException(
          "a command whose " + what + " has something unknown in it", null);
    }
  }
}
