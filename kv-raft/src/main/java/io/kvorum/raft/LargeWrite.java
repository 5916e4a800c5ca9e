// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Commit;
import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.UnavailableException;
import io.kvorum.fsm.interpret.UploadChecksum;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.server.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One value on its way into the log, in parts. One part is under way at a time, so a stream costs
 * the memory of one part wherever it passes, and the bound of a node on what is in flight counts
 * all of them. One thread.
 */
final class LargeWrite {

  /** The length of every chunk but the last. */
  static final int CHUNK_BYTES = 240 * 1024;

  /**
   * What a part holds at most: well below the longest command, which every part must fit, and as a
   * log entry just below a MiB, for the reason that {@code EntryGroups} gives.
   */
  static final int PART_CHUNKS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(LargeWrite.class);
  private static final Duration ABORT_TIMEOUT = Duration.ofSeconds(10);

  private final NodeWrites writes;
  private final NodeSettings settings;
  private final Duration timeout;
  private final byte[] key;
  private final InputStream value;
  private final long expireAt;

  private long upload;
  private long chunks;
  private long length;
  private int checksum;
  private boolean ended;

  LargeWrite(
      NodeWrites writes,
      NodeSettings settings,
      Duration timeout,
      byte[] key,
      InputStream value,
      long expireAt) {
    this.writes = writes;
    this.settings = settings;
    this.timeout = timeout;
    this.key = key;
    this.value = value;
    this.expireAt = expireAt;
  }

  Commit run() {
    List<byte[]> part = read();
    if (ended && bytes(part) <= settings.storeOptions().maxValueBytes()) {
      List<Mutation> put = List.of(Mutation.put(key, joined(part), expireAt));
      return patiently(deadline -> writes.write(put, deadline));
    }
    try {
      for (; !part.isEmpty(); part = ended ? List.of() : read()) {
        send(part);
      }
      return finish();
    } catch (OutcomeUnknownException e) {
      throw e; // of the last step: it may still make the value visible
    } catch (RuntimeException | Error e) {
      abort();
      throw e;
    }
  }

  /** The next chunks of the value, all full but perhaps the last one; none at its end. */
  private List<byte[]> read() {
    List<byte[]> part = new ArrayList<>(PART_CHUNKS);
    try {
      while (!ended && part.size() < PART_CHUNKS) {
        byte[] chunk = value.readNBytes(CHUNK_BYTES);
        ended = chunk.length < CHUNK_BYTES;
        if (chunk.length > 0) {
          part.add(chunk);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the value's stream failed; nothing was written", e);
    }
    return part;
  }

  private void send(List<byte[]> part) {
    Request request =
        new Request.Upload(upload, chunks, part, settings.uploadTimeToLive().toMillis());
    Commit accepted;
    try {
      accepted = patiently(deadline -> writes.submit(request, deadline));
    } catch (OutcomeUnknownException e) {
      throw new UnavailableException(
          "a part of the value was not accepted in time; the value was not written: "
              + e.getMessage(),
          e);
    }
    upload = upload == 0 ? accepted.timestamp() : upload;
    for (byte[] chunk : part) {
      chunks++;
      length += chunk.length;
      checksum = UploadChecksum.next(checksum, chunk);
    }
  }

  private Commit finish() {
    Request request = new Request.FinishUpload(upload, key, chunks, length, checksum, expireAt);
    return patiently(deadline -> writes.submit(request, deadline));
  }

  /** Tells the log at once that nothing more will come; without that it finds out by itself. */
  private void abort() {
    if (upload == 0) {
      return;
    }
    try {
      Object unused = writes.submit(new Request.AbortUpload(upload), Deadline.after(ABORT_TIMEOUT));
    } catch (KvException e) {
      LOG.debug("what was sent of a value goes when its time is over", e);
    }
  }

  /** A way into the log. */
  private interface Way {
    NodeWrites.Submitted submit(Deadline deadline);
  }

  /**
   * Waits while too much is in flight, until the deadline; what was refused so was not proposed.
   */
  private Commit patiently(Way way) {
    Deadline deadline = Deadline.after(timeout);
    while (true) {
      try {
        return way.submit(deadline).await();
      } catch (OverloadedException e) {
        long pause = e.retryAfter().toNanos();
        if (deadline.remainingNanos() <= pause) {
          throw e;
        }
        Waiting.pause(pause, "while too much was in flight");
      }
    }
  }

  private static long bytes(List<byte[]> part) {
    return part.stream().mapToLong(chunk -> chunk.length).sum();
  }

  private static byte[] joined(List<byte[]> part) {
    byte[] all = new byte[(int) bytes(part)];
    int at = 0;
    for (byte[] chunk : part) {
      System.arraycopy(chunk, 0, all, at, chunk.length);
      at += chunk.length;
    }
    return all;
  }
}
