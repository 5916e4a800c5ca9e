// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import io.kvorum.api.ConflictKind;
import io.kvorum.api.LogPosition;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** What became of one request: the same value on every replica. */
public sealed interface Outcome {

  /** It was carried out, at this commit timestamp. */
  record Committed(long commitTs) implements Outcome {}

  /** It was refused: the key has a version newer than the request allows. */
  record Conflict(ConflictKind kind, byte[] key) implements Outcome {

    @Override
    public boolean equals(Object o) {
      return o instanceof Conflict other && kind == other.kind && Arrays.equals(key, other.key);
    }

    @Override
    public int hashCode() {
      return Objects.hash(kind, Arrays.hashCode(key));
    }

    @Override
    public String toString() {
      return "Conflict[kind=" + kind + ", key=" + HexFormat.of().formatHex(key) + "]";
    }
  }

  /** It was refused: an argument is outside what is allowed; the text names it and the limit. */
  record Invalid(String why) implements Outcome {}

  /**
   * It was refused: a prepared transaction that may still commit holds a lock that it meets.
   *
   * @param key the key that is locked; of a locked range, the first key that both touch
   */
  record Locked(byte[] key, TransactionId holder) implements Outcome {

    @Override
    public boolean equals(Object o) {
      return o instanceof Locked other
          && Arrays.equals(key, other.key)
          && holder.equals(other.holder);
    }

    @Override
    public int hashCode() {
      return Objects.hash(Arrays.hashCode(key), holder);
    }

    @Override
    public String toString() {
      return "Locked[key=" + HexFormat.of().formatHex(key) + ", holder=" + holder + "]";
    }
  }

  /** The transaction is prepared since this timestamp: a commit of it will not be refused. */
  record Prepared(long preparedTs) implements Outcome {}

  /** The transaction was aborted by this request, at this timestamp. */
  record Aborted(long abortedTs) implements Outcome {}

  /** The transaction had been committed before, at this commit timestamp. */
  record AlreadyCommitted(long commitTs) implements Outcome {}

  /** The transaction had been aborted before, by a request or because its locks expired. */
  record AlreadyAborted() implements Outcome {}

  /** It was refused: the transaction to commit was never prepared here, or is long finished. */
  record NotPrepared() implements Outcome {}

  /**
   * It was refused: what has changed since the transaction's start timestamp is not known any more.
   *
   * @param oldest the lowest start timestamp that would have been accepted
   */
  record StartTooOld(long oldest) implements Outcome {}

  /**
   * It was not carried out again: the session had sent this sequence before.
   *
   * @param earlier what became of it then
   * @param position the log entry that carried it then
   */
  record Duplicate(Outcome earlier, LogPosition position) implements Outcome {}

  /** The sequence was taken by a {@link Request.Fence}: no other request with it takes effect. */
  record Fenced() implements Outcome {}

  /** It was refused: the upload was never begun, is finished, was aborted, or given up. */
  record UploadUnknown() implements Outcome {}

  /**
   * It was refused: so many uploads are open that no further one can be begun.
   *
   * @param count the limit
   */
  record UploadsOpen(int count) implements Outcome {}

  /** It was refused: the session was never opened, was closed, or has expired. */
  record SessionUnknown() implements Outcome {}

  /**
   * It was refused: the session's owner had said that this sequence would not be sent again.
   *
   * @param oldest the lowest sequence that may
   */
  record SequenceForgotten(long oldest) implements Outcome {}
}
