// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LargeReference;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.UploadState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values that are written in parts: their chunks are state records that no read shows, until the
 * upload is finished and a version of its key says where they are.
 */
final class Uploads {

  private static final byte[] NO_BYTES = {};

  private final RaftBatch batch;
  private final Totals totals;
  private final DueRecords due;
  private final Validation validation;
  private final CommitRecords commits;

  Uploads(
      RaftBatch batch,
      Totals totals,
      DueRecords due,
      Validation validation,
      CommitRecords commits) {
    this.batch = batch;
    this.totals = totals;
    this.due = due;
    this.validation = validation;
    this.commits = commits;
  }

  Outcome add(Request.Upload request, long now) {
    InterpreterLimits.between(
        request.idleMillis(),
        InterpreterLimits.MIN_UPLOAD_MILLIS,
        InterpreterLimits.MAX_UPLOAD_MILLIS,
        "idleMillis of an upload");
    checkChunks(request.chunks());
    boolean begins = request.upload() == 0;
    UploadState state =
        begins
            ? new UploadState(request.idleMillis(), now, 0, 0, 0)
            : openAt(request.upload(), now);
    if (state == null) {
      return new Outcome.UploadUnknown();
    }
    if (request.first() < 0 || request.first() > state.chunks()) {
      throw new InvalidArgumentException(
          "an upload of "
              + state.chunks()
              + " chunks was given chunk "
              + request.first()
              + "; the next one is "
              + state.chunks());
    }
    if (begins && totals.uploads() >= InterpreterLimits.UPLOADS) {
      return new Outcome.UploadsOpen(totals.uploads());
    }
    long upload = begins ? now : request.upload();
    checkRepeated(upload, request, state);
    UploadState grown = append(upload, request, state, now);
    if (begins) {
      totals.addUploads(1);
      due.add(grown.expireAt(), RecordKeys.upload(upload));
    }
    batch.advanceTo(now);
    return new Outcome.Committed(now);
  }

  private static void checkChunks(List<byte[]> chunks) {
    if (chunks.isEmpty()) {
      throw new InvalidArgumentException("an upload was given no chunk, it needs at least one");
    }
    for (byte[] chunk : chunks) {
      InterpreterLimits.between(chunk.length, 1, InterpreterLimits.CHUNK_BYTES, "bytes of a chunk");
    }
  }

  /** What was sent before must be what is there; then it is no harm. */
  private void checkRepeated(long upload, Request.Upload request, UploadState state) {
    for (int i = 0; i < request.chunks().size() && request.first() + i < state.chunks(); i++) {
      byte[] there = batch.getRecord(RecordKeys.chunk(upload, request.first() + i));
      if (!Arrays.equals(there, request.chunks().get(i))) {
        throw new InvalidArgumentException(
            "chunk " + (request.first() + i) + " of an upload was sent again with other bytes");
      }
    }
  }

  private UploadState append(long upload, Request.Upload request, UploadState state, long now) {
    long length = state.length();
    long chunks = state.chunks();
    int checksum = state.checksum();
    for (byte[] chunk : request.chunks().subList((int) skipped(request, state), size(request))) {
      batch.putRecord(RecordKeys.chunk(upload, chunks), chunk);
      chunks++;
      length += chunk.length;
      checksum = UploadChecksum.next(checksum, chunk);
    }
    long expireAt = LogTime.after(now, state.idleMillis());
    UploadState grown = new UploadState(state.idleMillis(), expireAt, chunks, length, checksum);
    batch.putRecord(RecordKeys.upload(upload), grown.encode());
    return grown;
  }

  private static int size(Request.Upload request) {
    return request.chunks().size();
  }

  /** How many of the chunks are there already. */
  private static long skipped(Request.Upload request, UploadState state) {
    return Math.min(size(request), state.chunks() - request.first());
  }

  Outcome finish(Request.FinishUpload finish, long now) {
    UploadState state = openAt(finish.upload(), now);
    if (state == null) {
      return new Outcome.UploadUnknown();
    }
    if (state.chunks() != finish.chunks()
        || state.length() != finish.length()
        || state.checksum() != finish.checksum()) {
      throw new InvalidArgumentException(
          "an upload of "
              + state.chunks()
              + " chunks with "
              + state.length()
              + " bytes was finished as one of "
              + finish.chunks()
              + " with "
              + finish.length()
              + ", or with another checksum");
    }
    // For locks and for whoever watches it is a write of the key like any other.
    List<Mutation> write = List.of(Mutation.put(finish.key(), NO_BYTES, finish.expireAt()));
    Outcome refusal = validation.ofWrites(write, now);
    if (refusal != null) {
      return refusal;
    }
    batch.putLargeRaft(
        finish.key(), new LargeReference(state.length(), finish.upload()), now, finish.expireAt());
    commits.written(write, now);
    batch.putRecord(RecordKeys.upload(finish.upload()), state.finished().encode());
    batch.putRecord(
        RecordKeys.largeVersion(finish.key(), now),
        ByteBuffer.allocate(Long.BYTES).putLong(finish.upload()).array());
    totals.addUploads(-1);
    return new Outcome.Committed(now);
  }

  Outcome abort(long upload, long now) {
    if (openAt(upload, now) == null) {
      return new Outcome.UploadUnknown();
    }
    giveUp(upload);
    batch.advanceTo(now);
    return new Outcome.Committed(now);
  }

  /** Gives up an upload that makes no progress; asks again for one that does. */
  void due(long upload, long now) {
    UploadState state = openAt(upload, now);
    if (state != null) {
      due.add(state.expireAt(), RecordKeys.upload(upload));
    }
  }

  /** What is known of an upload that is not finished; one that has expired goes here and now. */
  private @Nullable UploadState openAt(long upload, long now) {
    byte[] record = batch.getRecord(RecordKeys.upload(upload));
    UploadState state = record == null ? null : UploadState.decode(record);
    if (state == null || state.isFinished()) {
      return null;
    }
    if (state.expireAt() <= now) {
      giveUp(upload);
      return null;
    }
    return state;
  }

  private void giveUp(long upload) {
    batch.deleteRecords(RecordKeys.uploadWithChunks(upload));
    totals.addUploads(-1);
  }
}
