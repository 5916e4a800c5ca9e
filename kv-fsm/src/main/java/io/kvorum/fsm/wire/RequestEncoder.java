// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.UnsafeByteOperations;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.WireProto.ClockProto;
import io.kvorum.fsm.wire.WireProto.DeletePrefixProto;
import io.kvorum.fsm.wire.WireProto.FenceProto;
import io.kvorum.fsm.wire.WireProto.FinishUploadProto;
import io.kvorum.fsm.wire.WireProto.MutationProto;
import io.kvorum.fsm.wire.WireProto.OnceProto;
import io.kvorum.fsm.wire.WireProto.PrepareProto;
import io.kvorum.fsm.wire.WireProto.RangeProto;
import io.kvorum.fsm.wire.WireProto.RequestProto;
import io.kvorum.fsm.wire.WireProto.SessionProto;
import io.kvorum.fsm.wire.WireProto.TransactionIdProto;
import io.kvorum.fsm.wire.WireProto.TransactionProto;
import io.kvorum.fsm.wire.WireProto.UploadProto;
import io.kvorum.fsm.wire.WireProto.WatermarkProto;
import io.kvorum.fsm.wire.WireProto.WriteProto;

/** Requests as protobuf messages, which point into the request's arrays. */
final class RequestEncoder {

  private RequestEncoder() {}

  static RequestProto toProto(Request request) {
    RequestProto.Builder proto = RequestProto.newBuilder();
    Request inner = request;
    if (request instanceof Request.Once once) {
      proto.setOnce(toProto(once));
      inner = once.request();
    }
    if (inner instanceof Request.Write write) {
      WriteProto.Builder mutations = WriteProto.newBuilder();
      for (Mutation mutation : write.mutations()) {
        mutations.addMutations(toProto(mutation));
      }
      proto.setWrite(mutations);
    } else if (inner instanceof Request.DeletePrefix delete) {
      proto.setDeletePrefix(toProto(delete));
    } else if (inner instanceof Request.OnePhase onePhase) {
      proto.setOnePhase(toProto(onePhase.transaction()));
    } else if (inner instanceof Request.Prepare prepare) {
      proto.setPrepare(toProto(prepare));
    } else if (inner instanceof Request.Commit commit) {
      proto.setCommit(toProto(commit.id()));
    } else if (inner instanceof Request.Abort abort) {
      proto.setAbort(toProto(abort.id()));
    } else if (inner instanceof Request.Watermark watermark) {
      proto.setWatermark(WatermarkProto.newBuilder().setMinRetainedTs(watermark.minRetainedTs()));
    } else if (inner instanceof Request.Clock clock) {
      proto.setClock(ClockProto.newBuilder().setAtLeast(clock.atLeast()));
    } else if (inner instanceof Request.Fence) {
      proto.setFence(FenceProto.getDefaultInstance());
    } else if (!upload(inner, proto)) {
      proto.setSession(session(inner));
    }
    return proto.build();
  }

  /** Sets what is about an upload; false if the request is not. */
  private static boolean upload(Request request, RequestProto.Builder proto) {
    if (request instanceof Request.Upload upload) {
      UploadProto.Builder chunks =
          UploadProto.newBuilder()
              .setUpload(upload.upload())
              .setFirst(upload.first())
              .setIdleMillis(upload.idleMillis());
      for (byte[] chunk : upload.chunks()) {
        chunks.addChunks(UnsafeByteOperations.unsafeWrap(chunk));
      }
      proto.setUpload(chunks);
    } else if (request instanceof Request.FinishUpload finish) {
      proto.setFinishUpload(
          FinishUploadProto.newBuilder()
              .setUpload(finish.upload())
              .setKey(UnsafeByteOperations.unsafeWrap(finish.key()))
              .setChunks(finish.chunks())
              .setLength(finish.length())
              .setChecksum(finish.checksum())
              .setExpireAt(finish.expireAt()));
    } else if (request instanceof Request.AbortUpload abort) {
      proto.setAbortUpload(abort.upload());
    } else {
      return false;
    }
    return true;
  }

  static OnceProto toProto(Request.Once once) {
    return OnceProto.newBuilder()
        .setSession(once.session())
        .setSequence(once.sequence())
        .setAcknowledgedBelow(once.acknowledgedBelow())
        .build();
  }

  private static SessionProto session(Request request) {
    SessionProto.Builder proto = SessionProto.newBuilder();
    if (request instanceof Request.OpenSession open) {
      proto.setOpenMillis(open.timeToLiveMillis());
    } else if (request instanceof Request.KeepAlive keepAlive) {
      proto.setKeepAlive(keepAlive.session());
    } else if (request instanceof Request.CloseSession close) {
      proto.setClose(close.session());
    } else {
      throw new IllegalArgumentException("a request inside Once must not be one itself");
    }
    return proto.build();
  }

  static PrepareProto toProto(Request.Prepare prepare) {
    return PrepareProto.newBuilder()
        .setId(toProto(prepare.id()))
        .setTransaction(toProto(prepare.transaction()))
        .setLockMillis(prepare.lockMillis())
        .build();
  }

  static TransactionIdProto toProto(TransactionId id) {
    return TransactionIdProto.newBuilder().setHigh(id.high()).setLow(id.low()).build();
  }

  private static TransactionProto toProto(Transaction transaction) {
    TransactionProto.Builder proto =
        TransactionProto.newBuilder().setStartTs(transaction.startTs());
    for (Mutation mutation : transaction.mutations()) {
      proto.addMutations(toProto(mutation));
    }
    for (byte[] key : transaction.readKeys()) {
      proto.addReadKeys(UnsafeByteOperations.unsafeWrap(key));
    }
    for (KeyRange range : transaction.readRanges()) {
      proto.addReadRanges(toProto(range));
    }
    return proto.build();
  }

  private static RangeProto toProto(KeyRange range) {
    RangeProto.Builder proto = RangeProto.newBuilder();
    byte[] start = range.start();
    if (start != null) {
      proto.setStart(UnsafeByteOperations.unsafeWrap(start));
    }
    byte[] end = range.end();
    if (end != null) {
      proto.setEnd(UnsafeByteOperations.unsafeWrap(end));
    }
    return proto.build();
  }

  private static DeletePrefixProto toProto(Request.DeletePrefix delete) {
    DeletePrefixProto.Builder prefixes =
        DeletePrefixProto.newBuilder().setPrefix(UnsafeByteOperations.unsafeWrap(delete.prefix()));
    byte[] excluded = delete.excludePrefix();
    if (excluded != null) {
      prefixes.setExcludePrefix(UnsafeByteOperations.unsafeWrap(excluded));
    }
    return prefixes.build();
  }

  private static MutationProto toProto(Mutation mutation) {
    MutationProto.Builder proto =
        MutationProto.newBuilder().setKey(UnsafeByteOperations.unsafeWrap(mutation.key()));
    if (mutation instanceof Mutation.Put put) {
      proto.setPut(UnsafeByteOperations.unsafeWrap(put.value())).setExpireAt(put.expireAt());
    } else {
      proto.setDelete(true);
    }
    return proto.build();
  }
}
