// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.ConflictKind;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.Transaction;
import io.kvorum.fsm.wire.TransactionId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What commands do, said as plainly as possible: every question is answered by walking over
 * everything there is. Knows only arguments that the store accepts.
 */
final class PlainModel {

  private static final long MILLI = 1L << 16;

  private record Cell(byte @Nullable [] value, long expireAt, boolean large) {

    Cell(byte @Nullable [] value, long expireAt) {
      this(value, expireAt, false);
    }
  }

  private static final class Upload {
    final long idle;
    final List<byte[]> chunks = new ArrayList<>();
    long expireAt;

    Upload(long idle) {
      this.idle = idle;
    }

    byte[] bytes() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      chunks.forEach(bytes::writeBytes);
      return bytes.toByteArray();
    }

    int checksum() {
      int checksum = 0;
      for (byte[] chunk : chunks) {
        checksum = UploadChecksum.next(checksum, chunk);
      }
      return checksum;
    }
  }

  private static final class Pending {
    final long preparedTs;
    final long expireAt;
    final Request.Prepare prepare;

    Pending(long preparedTs, long expireAt, Request.Prepare prepare) {
      this.preparedTs = preparedTs;
      this.expireAt = expireAt;
      this.prepare = prepare;
    }
  }

  private record Finished(boolean committed, long ts) {}

  private static final class Session {
    long expireAt;
    long floor = 1;
    final long timeToLive;
    final Map<Long, Outcome> outcomes = new HashMap<>();

    Session(long timeToLive) {
      this.timeToLive = timeToLive;
    }
  }

  private final TreeMap<byte[], TreeMap<Long, Cell>> keys = new TreeMap<>(Arrays::compareUnsigned);
  private final Map<TransactionId, Pending> prepared = new HashMap<>();
  private final Map<TransactionId, Finished> finished = new HashMap<>();
  private final Map<Long, Session> sessions = new HashMap<>();
  private final Map<Long, Upload> uploads = new HashMap<>();
  private final TreeMap<Long, List<RecordedCommit.Change>> changed = new TreeMap<>();
  private long last;
  private long watermark;

  long lastCommitTs() {
    return last;
  }

  long watermark() {
    return watermark;
  }

  /** What commits above the watermark have changed, as text. */
  List<String> commits() {
    return changed.tailMap(watermark, false).entrySet().stream()
        .map(
            commit -> RecordInvariants.text(new RecordedCommit(commit.getKey(), commit.getValue())))
        .toList();
  }

  List<Outcome> apply(Command command) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Request request : command.requests()) {
      long now = Math.max(last + 1, command.clockHint());
      passTo(now);
      outcomes.add(request instanceof Request.Once once ? once(once, now) : carryOut(request, now));
    }
    last = Math.max(last, command.clockHint());
    return outcomes;
  }

  /** Everything that expires does so at its time, whether or not anybody looks. */
  private void passTo(long now) {
    for (Pending pending : List.copyOf(prepared.values())) {
      if (pending.expireAt != 0 && pending.expireAt <= now) {
        prepared.remove(pending.prepare.id());
        finished.put(pending.prepare.id(), new Finished(false, pending.expireAt));
      }
    }
    finished.values().removeIf(end -> end.ts + InterpreterLimits.FINISHED_MILLIS * MILLI <= now);
    sessions.values().removeIf(session -> session.expireAt <= now);
    uploads.values().removeIf(upload -> upload.expireAt <= now);
  }

  private Outcome once(Request.Once once, long now) {
    Session session = sessions.get(once.session());
    if (session == null) {
      return new Outcome.SessionUnknown();
    }
    if (once.sequence() < session.floor) {
      return new Outcome.SequenceForgotten(session.floor);
    }
    long floor = Math.max(session.floor, once.acknowledgedBelow());
    if (once.sequence() >= floor + InterpreterLimits.SESSION_WINDOW) {
      return new Outcome.Invalid("");
    }
    session.floor = floor;
    session.expireAt = now + session.timeToLive * MILLI;
    Outcome earlier = session.outcomes.get(once.sequence());
    if (earlier != null) {
      return new Outcome.Duplicate(earlier, LogPosition.NONE); // which is not compared
    }
    Outcome outcome = carryOut(once.request(), now);
    session.outcomes.put(once.sequence(), outcome);
    return outcome;
  }

  private Outcome carryOut(Request request, long now) {
    if (request instanceof Request.Fence) {
      return new Outcome.Fenced();
    } else if (request instanceof Request.Write write) {
      Outcome locked = lockOnWrites(write.mutations());
      return locked != null ? locked : commit(write.mutations(), now);
    } else if (request instanceof Request.DeletePrefix delete) {
      return deletePrefix(delete, now);
    } else if (request instanceof Request.OnePhase onePhase) {
      Outcome refusal = refusal(onePhase.transaction(), now);
      return refusal != null ? refusal : commit(onePhase.transaction().mutations(), now);
    } else if (request instanceof Request.Prepare prepare) {
      return prepare(prepare, now);
    } else if (request instanceof Request.Commit commit) {
      return end(commit.id(), true, now);
    } else if (request instanceof Request.Abort abort) {
      return end(abort.id(), false, now);
    } else if (request instanceof Request.OpenSession open) {
      Session session = new Session(open.timeToLiveMillis());
      session.expireAt = now + open.timeToLiveMillis() * MILLI;
      sessions.put(now, session);
      return committed(now);
    } else if (request instanceof Request.KeepAlive keepAlive) {
      Session session = sessions.get(keepAlive.session());
      if (session != null) {
        session.expireAt = now + session.timeToLive * MILLI;
      }
      return session == null ? new Outcome.SessionUnknown() : committed(now);
    } else if (request instanceof Request.CloseSession close) {
      return sessions.remove(close.session()) == null
          ? new Outcome.SessionUnknown()
          : committed(now);
    } else if (request instanceof Request.Watermark raise) {
      if (raise.minRetainedTs() >= now) {
        return new Outcome.Invalid("");
      }
      watermark = Math.max(watermark, raise.minRetainedTs());
      return committed(now);
    } else if (request instanceof Request.Upload upload) {
      return upload(upload, now);
    } else if (request instanceof Request.FinishUpload finish) {
      return finish(finish, now);
    } else if (request instanceof Request.AbortUpload abort) {
      return uploads.remove(abort.upload()) == null ? new Outcome.UploadUnknown() : committed(now);
    }
    return committed(Math.max(now, ((Request.Clock) request).atLeast()));
  }

  private Outcome upload(Request.Upload request, long now) {
    List<byte[]> chunks = request.chunks();
    if (request.idleMillis() < 1_000
        || chunks.isEmpty()
        || chunks.stream().anyMatch(chunk -> chunk.length == 0)) {
      return new Outcome.Invalid("");
    }
    Upload upload =
        request.upload() == 0 ? new Upload(request.idleMillis()) : uploads.get(request.upload());
    if (upload == null) {
      return new Outcome.UploadUnknown();
    }
    int first = (int) request.first();
    if (first < 0 || first > upload.chunks.size()) {
      return new Outcome.Invalid("");
    }
    List<byte[]> there = upload.chunks.subList(first, upload.chunks.size());
    for (int i = 0; i < Math.min(there.size(), chunks.size()); i++) {
      if (!Arrays.equals(there.get(i), chunks.get(i))) {
        return new Outcome.Invalid("");
      }
    }
    for (int i = upload.chunks.size() - first; i < chunks.size(); i++) {
      upload.chunks.add(chunks.get(i));
    }
    upload.expireAt = now + upload.idle * MILLI;
    uploads.put(request.upload() == 0 ? now : request.upload(), upload);
    return committed(now);
  }

  private Outcome finish(Request.FinishUpload finish, long now) {
    Upload upload = uploads.get(finish.upload());
    if (upload == null) {
      return new Outcome.UploadUnknown();
    }
    if (finish.chunks() != upload.chunks.size()
        || finish.length() != upload.bytes().length
        || finish.checksum() != upload.checksum()) {
      return new Outcome.Invalid("");
    }
    List<Mutation> write = List.of(Mutation.put(finish.key(), upload.bytes(), finish.expireAt()));
    Outcome locked = lockOnWrites(write);
    if (locked != null) {
      return locked;
    }
    uploads.remove(finish.upload());
    Outcome committed = commit(write, now);
    keys.computeIfAbsent(finish.key(), key -> new TreeMap<>())
        .put(now, new Cell(upload.bytes(), finish.expireAt(), true));
    return committed;
  }

  /** Whether what a read sees was written in parts. */
  boolean isLarge(byte[] key, long ts) {
    TreeMap<Long, Cell> versions = keys.get(key);
    Map.Entry<Long, Cell> newest = versions == null ? null : versions.floorEntry(ts);
    return newest != null && get(key, ts) != null && newest.getValue().large();
  }

  /** How many values in parts are not finished. */
  int openUploads() {
    return uploads.size();
  }

  private Outcome committed(long ts) {
    last = Math.max(last, ts);
    return new Outcome.Committed(ts);
  }

  private Outcome commit(List<Mutation> mutations, long now) {
    if (!mutations.isEmpty()) {
      changed.put(now, mutations.stream().map(mutation -> change(mutation, now)).toList());
    }
    for (Mutation mutation : mutations) {
      Cell cell =
          mutation instanceof Mutation.Put put
              ? new Cell(put.value(), put.expireAt())
              : new Cell(null, 0);
      keys.computeIfAbsent(mutation.key(), key -> new TreeMap<>()).put(now, cell);
    }
    return committed(now);
  }

  private Outcome deletePrefix(Request.DeletePrefix delete, long now) {
    for (Pending holder : prepared.values()) {
      Transaction held = holder.prepare.transaction();
      for (byte[] key : keysOf(held)) {
        if (covers(delete, key)) {
          return new Outcome.Locked(key, holder.prepare.id());
        }
      }
      for (KeyRange range : held.readRanges()) {
        if (firstKeys(delete, range).anyMatch(key -> covers(delete, key) && range.contains(key))) {
          return new Outcome.Locked(new byte[0], holder.prepare.id());
        }
      }
    }
    for (byte[] key : List.copyOf(keys.keySet())) {
      if (covers(delete, key) && get(key, now) != null) {
        commit(List.of(Mutation.delete(key)), now);
      }
    }
    changed.put(
        now,
        List.of(new RecordedCommit.Change.PrefixDeleted(delete.prefix(), delete.excludePrefix())));
    return committed(now);
  }

  private static RecordedCommit.Change change(Mutation mutation, long now) {
    return mutation instanceof Mutation.Put put && (put.expireAt() == 0 || put.expireAt() > now)
        ? new RecordedCommit.Change.Put(put.key(), put.expireAt())
        : new RecordedCommit.Change.Deleted(mutation.key());
  }

  private static List<byte[]> keysOf(Transaction transaction) {
    List<byte[]> all = new ArrayList<>(transaction.readKeys());
    transaction.mutations().forEach(mutation -> all.add(mutation.key()));
    return all;
  }

  /** One of these is the first key that both cover, if there is any, in the universe or not. */
  private static Stream<byte[]> firstKeys(Request.DeletePrefix delete, KeyRange range) {
    byte[] not = delete.excludePrefix();
    byte[] behindExcluded = not == null ? null : KeyRange.prefix(not).end();
    return Stream.of(new byte[] {0}, delete.prefix(), range.start(), behindExcluded)
        .filter(key -> key != null && key.length > 0);
  }

  private static boolean covers(Request.DeletePrefix delete, byte[] key) {
    byte[] not = delete.excludePrefix();
    return KeyRange.prefix(delete.prefix()).contains(key)
        && (not == null || !KeyRange.prefix(not).contains(key));
  }

  private @Nullable Outcome refusal(Transaction transaction, long now) {
    long startTs = transaction.startTs();
    if (startTs >= now) {
      return new Outcome.Invalid("");
    }
    if (startTs < watermark) {
      return new Outcome.StartTooOld(watermark);
    }
    for (Mutation mutation : transaction.mutations()) {
      if (latest(mutation.key()) > startTs) {
        return new Outcome.Conflict(ConflictKind.WRITE, mutation.key());
      }
    }
    for (byte[] key : transaction.readKeys()) {
      if (latest(key) > startTs) {
        return new Outcome.Conflict(ConflictKind.READ, key);
      }
    }
    for (KeyRange range : transaction.readRanges()) {
      for (byte[] key : keys.keySet()) {
        if (range.contains(key) && latest(key) > startTs) {
          return new Outcome.Conflict(ConflictKind.READ, key);
        }
      }
    }
    Outcome locked = lockOnWrites(transaction.mutations());
    return locked != null ? locked : lockOnReads(transaction);
  }

  private @Nullable Outcome lockOnReads(Transaction reader) {
    for (Pending holder : prepared.values()) {
      for (Mutation mutation : holder.prepare.transaction().mutations()) {
        byte[] key = mutation.key();
        if (reader.readKeys().stream().anyMatch(read -> Arrays.equals(read, key))
            || reader.readRanges().stream().anyMatch(range -> range.contains(key))) {
          return new Outcome.Locked(key, holder.prepare.id());
        }
      }
    }
    return null;
  }

  private @Nullable Outcome lockOnWrites(List<Mutation> mutations) {
    for (Mutation mutation : mutations) {
      for (Pending holder : prepared.values()) {
        Transaction held = holder.prepare.transaction();
        byte[] key = mutation.key();
        if (keysOf(held).stream().anyMatch(locked -> Arrays.equals(locked, key))
            || held.readRanges().stream().anyMatch(range -> range.contains(key))) {
          return new Outcome.Locked(key, holder.prepare.id());
        }
      }
    }
    return null;
  }

  private Outcome prepare(Request.Prepare prepare, long now) {
    Pending pending = prepared.get(prepare.id());
    if (pending != null) {
      return pending.prepare.equals(prepare)
          ? new Outcome.Prepared(pending.preparedTs)
          : new Outcome.Invalid("");
    }
    if (finished.containsKey(prepare.id())) {
      return ended(prepare.id());
    }
    long oldest = now - InterpreterLimits.TRANSACTION_AGE_MILLIS * MILLI;
    if (prepare.transaction().startTs() < oldest) {
      return new Outcome.StartTooOld(oldest);
    }
    Outcome refusal = refusal(prepare.transaction(), now);
    if (refusal != null) {
      return refusal;
    }
    long expireAt = prepare.lockMillis() == 0 ? 0 : now + prepare.lockMillis() * MILLI;
    prepared.put(prepare.id(), new Pending(now, expireAt, prepare));
    last = now;
    return new Outcome.Prepared(now);
  }

  private Outcome end(TransactionId id, boolean commit, long now) {
    if (finished.containsKey(id)) {
      return ended(id);
    }
    Pending pending = prepared.remove(id);
    if (pending == null && commit) {
      return new Outcome.NotPrepared();
    }
    finished.put(id, new Finished(commit, now));
    last = now;
    return commit && pending != null
        ? commit(pending.prepare.transaction().mutations(), now)
        : new Outcome.Aborted(now);
  }

  private Outcome ended(TransactionId id) {
    Finished end = finished.get(id);
    return end != null && end.committed
        ? new Outcome.AlreadyCommitted(end.ts)
        : new Outcome.AlreadyAborted();
  }

  private long latest(byte[] key) {
    TreeMap<Long, Cell> versions = keys.get(key);
    return versions == null ? -1 : versions.lastKey();
  }

  byte @Nullable [] get(byte[] key, long ts) {
    TreeMap<Long, Cell> versions = keys.get(key);
    Map.Entry<Long, Cell> newest = versions == null ? null : versions.floorEntry(ts);
    if (newest == null) {
      return null;
    }
    Cell cell = newest.getValue();
    return cell.expireAt() != 0 && cell.expireAt() <= ts ? null : cell.value();
  }
}
