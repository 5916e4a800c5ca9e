// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.DiskFullException;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.UnavailableException;
import io.kvorum.fsm.wire.Replies;
import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerGrammar;
import io.kvorum.raft.peer.PeerRequest;
import io.kvorum.raft.peer.Refusal;
import io.kvorum.raft.read.NotConfirmedException;
import io.kvorum.raft.read.ReadIndexes;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.server.GroupServer;
import io.kvorum.raft.submit.NotLeaderHereException;
import io.kvorum.raft.submit.Submitter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** Answers other replicas. Never blocks; its futures never fail. */
final class PeerService {

  private static final long LONGEST_TIMEOUT_MILLIS = 3_600_000;

  private final GroupServer server;
  private final Submitter submitter;
  private final ReadIndexes reads;
  private final Leadership leadership;
  private final long electionMinMillis;

  PeerService(
      GroupServer server,
      Submitter submitter,
      ReadIndexes reads,
      Leadership leadership,
      long electionMinMillis) {
    this.server = server;
    this.submitter = submitter;
    this.reads = reads;
    this.leadership = leadership;
    this.electionMinMillis = electionMinMillis;
  }

  CompletableFuture<ByteString> answer(ByteString message) {
    CompletableFuture<PeerAnswer> answer;
    try {
      PeerRequest request = PeerGrammar.decodeRequest(message);
      if (request instanceof PeerRequest.TermProbe probe) {
        answer = CompletableFuture.completedFuture(term(probe.asker()));
      } else if (request instanceof PeerRequest.ReadIndex read) {
        answer =
            reads
                .find(deadline(read.timeoutMillis()), false, read.byLease())
                .thenApply(
                    index -> {
                      server.tellCommitIndex(read.asker());
                      return new PeerAnswer.Index(index);
                    });
      } else if (request instanceof PeerRequest.Transfer transfer) {
        answer =
            leadership
                .transferHere(transfer.to(), deadline(transfer.timeoutMillis()))
                .thenApply(nothing -> new PeerAnswer.Done());
      } else {
        PeerRequest.Submit submit = (PeerRequest.Submit) request;
        answer =
            submitter
                .submitHere(submit.command(), deadline(submit.timeoutMillis()))
                .thenApply(reply -> new PeerAnswer.Applied(Replies.encode(reply)));
      }
    } catch (IOException | RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.exceptionally(PeerService::refusal).thenApply(PeerGrammar::encode);
  }

  /* The promise first: one of an earlier term comes with a later term, and counts for nothing. */
  private PeerAnswer term(String asker) {
    long promise = server.supportMillis(asker, electionMinMillis);
    return new PeerAnswer.Term(server.term(), promise);
  }

  private static Deadline deadline(long millis) {
    return Deadline.after(Duration.ofMillis(Math.max(1, Math.min(millis, LONGEST_TIMEOUT_MILLIS))));
  }

  private static PeerAnswer refusal(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return new PeerAnswer.Refused(kind(cause), String.valueOf(cause.getMessage()));
  }

  private static Refusal kind(@Nullable Throwable cause) {
    if (cause instanceof NotLeaderHereException || cause instanceof NotConfirmedException) {
      return Refusal.NOT_LEADER;
    } else if (cause instanceof OverloadedException) {
      return Refusal.OVERLOADED;
    } else if (cause instanceof DiskFullException) {
      return Refusal.DISK_FULL;
    } else if (cause instanceof UnavailableException) {
      return Refusal.UNAVAILABLE;
    } else if (cause instanceof InvalidArgumentException || cause instanceof IOException) {
      return Refusal.INVALID;
    } else if (cause instanceof StoreFailedException) {
      return Refusal.STOPPED;
    }
    // An OutcomeUnknownException, or something unforeseen: promise nothing.
    return Refusal.OUTCOME_UNKNOWN;
  }
}
