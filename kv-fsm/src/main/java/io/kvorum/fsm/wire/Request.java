// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import io.kvorum.api.Mutation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a command asks for. The arrays are not copied here: who builds a request must not
 * change them before it is encoded. What each does, and its outcomes, is specified in the package
 * {@code io.kvorum.fsm.interpret}.
 */
public sealed interface Request {

  /**
   * Write all mutations at one commit timestamp, without a conflict check.
   *
   * @param mutations at least one; the last mutation of a key wins
   */
  record Write(List<Mutation> mutations) implements Request {
    public Write {
      mutations = List.copyOf(mutations);
    }
  }

  /**
   * Delete every live key that has the prefix and does not have the excluded one.
   *
   * @param prefix empty for every key
   */
  record DeletePrefix(byte[] prefix, byte @Nullable [] excludePrefix) implements Request {

    @Override
    public boolean equals(Object o) {
      return o instanceof DeletePrefix other
          && Arrays.equals(prefix, other.prefix)
          && Arrays.equals(excludePrefix, other.excludePrefix);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(prefix) + Arrays.hashCode(excludePrefix);
    }
  }

  /** Check what the transaction has read, and write its mutations, at once. */
  record OnePhase(Transaction transaction) implements Request {}

  /**
   * Check what the transaction has read, and lock what it has read and wants to write, so that
   * {@link Commit} cannot be refused.
   *
   * @param lockMillis time made by the log after which the transaction is aborted; 0: never, for a
   *     transaction that is decided in another group
   */
  record Prepare(TransactionId id, Transaction transaction, long lockMillis) implements Request {}

  /** Make what a prepared transaction writes visible, and give its locks back. */
  record Commit(TransactionId id) implements Request {}

  /** Give up a transaction, prepared or not; a {@link Prepare} that comes later is refused. */
  record Abort(TransactionId id) implements Request {}

  /**
   * Open a session: {@link Outcome.Committed#commitTs} is its name.
   *
   * @param timeToLiveMillis time made by the log without a request or a {@link KeepAlive} of the
   *     session after which it expires
   */
  record OpenSession(long timeToLiveMillis) implements Request {}

  /** Prolong a session. */
  record KeepAlive(long session) implements Request {}

  /** End a session, and forget the outcomes that it remembers. */
  record CloseSession(long session) implements Request {}

  /** Raise the watermark; a lower or equal value changes nothing. */
  record Watermark(long minRetainedTs) implements Request {}

  /**
   * Let time pass: to the leader's clock, and at least to a timestamp.
   *
   * @param atLeast 0 for the leader's clock alone
   */
  record Clock(long atLeast) implements Request {}

  /**
   * Carry a request out once, however often it is sent.
   *
   * @param session an open one
   * @param sequence 1 or more; another one for each request of the session
   * @param acknowledgedBelow no lower sequence will be sent or asked for again; at most the
   *     sequence itself, 0 to say nothing
   * @param request none that is about a session, and no {@code Once} itself
   */
  record Once(long session, long sequence, long acknowledgedBelow, Request request)
      implements Request {}

  /**
   * Add chunks to a value that is written in parts, and is visible only once it is finished.
   *
   * @param upload 0 to begin one: {@link Outcome.Committed#commitTs} is its name
   * @param first the number of the first of these chunks, counted from 0; what is there already is
   *     compared and not written again
   * @param chunks at least one
   * @param idleMillis time made by the log without progress after which it is given up
   */
  record Upload(long upload, long first, List<byte[]> chunks, long idleMillis) implements Request {

    public Upload {
      chunks = List.copyOf(chunks);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Upload other
          && upload == other.upload
          && first == other.first
          && idleMillis == other.idleMillis
          && byContent(chunks).equals(byContent(other.chunks));
    }

    @Override
    public int hashCode() {
      return Objects.hash(upload, first, idleMillis, byContent(chunks));
    }

    private static List<ByteBuffer> byContent(List<byte[]> chunks) {
      return chunks.stream().map(ByteBuffer::wrap).toList();
    }

    /** The lengths of the chunks: values stay out of logs. */
    @Override
    public String toString() {
      return "Upload[upload="
          + upload
          + ", first="
          + first
          + ", chunks="
          + chunks.stream().map(chunk -> chunk.length).toList()
          + ", idleMillis="
          + idleMillis
          + "]";
    }
  }

  /**
   * Make a value that was written in parts visible, all of it, as a version of a key.
   *
   * @param chunks how many there are
   * @param length bytes of all chunks
   * @param checksum of all chunks, see {@code io.kvorum.fsm.interpret.UploadChecksum}
   * @param expireAt 0: never
   */
  record FinishUpload(
      long upload, byte[] key, long chunks, long length, int checksum, long expireAt)
      implements Request {

    @Override
    public boolean equals(Object o) {
      return o instanceof FinishUpload other
          && upload == other.upload
          && Arrays.equals(key, other.key)
          && chunks == other.chunks
          && length == other.length
          && checksum == other.checksum
          && expireAt == other.expireAt;
    }

    @Override
    public int hashCode() {
      return Objects.hash(upload, Arrays.hashCode(key), chunks, length, checksum, expireAt);
    }
  }

  /** Forget a value that was written in parts and is not finished. */
  record AbortUpload(long upload) implements Request {}

  /**
   * Within {@link Once}: change nothing, but take the place of that sequence, so that a request
   * with it that has not been carried out so far never will be.
   */
  record Fence() implements Request {}
}
