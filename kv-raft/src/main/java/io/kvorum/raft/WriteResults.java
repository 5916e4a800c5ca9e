// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyLockedException;
import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.RequestOutcome;
import io.kvorum.api.UnavailableException;
import io.kvorum.api.WriteConflictException;
import io.kvorum.fsm.wire.Outcome;
import java.time.Duration;

/** What the state machine's outcome of a write is for its caller. */
final class WriteResults {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private WriteResults() {}

  /** The commit of an outcome; throws the refusal that it is otherwise. */
  static Commit commit(LogPosition position, Outcome outcome) {
    if (outcome instanceof Outcome.Committed committed) {
      return new Commit(committed.commitTs(), position);
    } else if (outcome instanceof Outcome.Invalid invalid) {
      throw new InvalidArgumentException(invalid.why());
    } else if (outcome instanceof Outcome.Conflict conflict) {
      throw new WriteConflictException(conflict.kind(), conflict.key());
    } else if (outcome instanceof Outcome.Locked locked) {
      throw new KeyLockedException(locked.key());
    } else if (outcome instanceof Outcome.StartTooOld old) {
      throw new StartTooOldException(old.oldest());
    } else if (outcome instanceof Outcome.Fenced) {
      throw new UnavailableException(
          "the write was not carried out, and never will be: its outcome was asked for before",
          null);
    }
    if (outcome instanceof Outcome.UploadUnknown) {
      throw new UnavailableException(
          "the value was not written: it was given up because it made no progress for too long",
          null);
    }
    if (outcome instanceof Outcome.UploadsOpen open) {
      throw new OverloadedException(
          open.count() + " streams are being written in this group, the limit", RETRY_AFTER);
    }
    throw new KvException("a write ended with an outcome that is none of a write: " + outcome);
  }

  /** What a request that is sent again was answered, as far as it concerns the first time. */
  static RequestOutcome ofFirst(Outcome answer) {
    if (answer instanceof Outcome.SessionUnknown || answer instanceof Outcome.SequenceForgotten) {
      return new RequestOutcome.Forgotten();
    } else if (answer instanceof Outcome.Fenced) {
      return new RequestOutcome.NeverApplied();
    } else if (answer instanceof Outcome.Duplicate duplicate) {
      return of(duplicate.position(), duplicate.earlier());
    } else if (answer instanceof Outcome.Invalid invalid) {
      throw new InvalidArgumentException(invalid.why()); // of the question
    }
    throw new KvException("a question for an outcome was answered with " + answer);
  }

  private static RequestOutcome of(LogPosition position, Outcome outcome) {
    if (outcome instanceof Outcome.Fenced
        || outcome instanceof Outcome.UploadUnknown
        || outcome instanceof Outcome.UploadsOpen) {
      return new RequestOutcome.NeverApplied();
    }
    try {
      return new RequestOutcome.Committed(commit(position, outcome));
    } catch (StartTooOldException e) {
      return new RequestOutcome.Refused(e.forCaller());
    } catch (WriteConflictException | KeyLockedException | InvalidArgumentException e) {
      return new RequestOutcome.Refused(e);
    }
  }
}
