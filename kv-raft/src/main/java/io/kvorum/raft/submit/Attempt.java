// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.DiskFullException;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.api.OverloadedException;
import io.kvorum.fsm.wire.CommandPart;
import io.kvorum.fsm.wire.Replies;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.raft.peer.NeverSentException;
import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.jspecify.annotations.Nullable;

/**
 * One try to bring a command into the log: here, or through the leader. Its owner is told how it
 * ended, once, by one of three words: applied, certainly in no log, or perhaps in one.
 */
final class Attempt implements EntryGroups.Member {

  /** Who tries. Methods must not block. */
  interface Owner {

    /**
     * It is about to be proposed: from now on it may be in the log.
     *
     * @return false: it was given up meanwhile
     */
    boolean begins(Attempt attempt);

    /** It was given up before it began. */
    void dropped();

    void applied(Attempt attempt, Reply reply);

    /**
     * It is in no log and never will be.
     *
     * @param refusal what to tell the caller; null if another attempt may be made
     */
    void refused(Attempt attempt, @Nullable RuntimeException refusal, String why);

    /** It may be in the log, and may commit. */
    void lost(Attempt attempt, String why, @Nullable Throwable cause);
  }

  private final Owner owner;
  private final CommandPart command;
  private final @Nullable String leader;

  private Attempt(Owner owner, CommandPart command, @Nullable String leader) {
    this.owner = owner;
    this.command = command;
    this.leader = leader;
  }

  /** By this replica, which leads. */
  static Attempt here(Owner owner, CommandPart command) {
    return new Attempt(owner, command, null);
  }

  /** By another replica. */
  static Attempt through(Owner owner, CommandPart command, String leader) {
    return new Attempt(owner, command, leader);
  }

  /** The replica it is sent to; empty if it is proposed here. */
  Optional<String> leader() {
    return Optional.ofNullable(leader);
  }

  // ---- this replica leads --------------------------------------------------------------------

  @Override
  public CommandPart command() {
    return command;
  }

  @Override
  public boolean take() {
    boolean begins = owner.begins(this);
    if (!begins) {
      owner.dropped();
    }
    return begins;
  }

  @Override
  public void applied(Reply reply) {
    if (reply.alreadyApplied() || reply.outcomes().isEmpty()) {
      owner.lost(this, "the write was applied, but its outcome was lost in a restart", null);
    } else {
      owner.applied(this, reply);
    }
  }

  @Override
  public void lost(@Nullable Throwable why) {
    owner.lost(
        this, "the leader gave the write up after it was proposed; it may still commit", why);
  }

  @Override
  public void refused(@Nullable Throwable why) {
    String text = String.valueOf(why);
    if (why instanceof ResourceUnavailableException) {
      text = String.valueOf(why.getMessage());
      owner.refused(this, new OverloadedException(text, Duration.ofMillis(50)), text);
    } else if (why instanceof StateMachineException && why.getCause() != null) {
      owner.refused(this, refusal(why.getCause()), text);
    } else {
      owner.refused(this, null, text);
    }
  }

  private static RuntimeException refusal(Throwable cause) {
    return cause instanceof InvalidArgumentException || cause instanceof KvException
        ? (RuntimeException) cause
        : new KvException("the write was refused: " + cause.getMessage(), cause);
  }

  // ---- another replica leads -----------------------------------------------------------------

  /** Sends it; the owner has said that it begins. */
  void send(Route route, long timeoutMillis) {
    String peer = leader == null ? route.self() : leader;
    CompletableFuture<Void> unused =
        route
            .ask(peer, new PeerRequest.Submit(command.command(), timeoutMillis))
            .handle(
                (answer, error) -> {
                  answered(peer, answer, error);
                  return null;
                });
  }

  private void answered(String peer, @Nullable PeerAnswer answer, @Nullable Throwable error) {
    if (answer instanceof PeerAnswer.Applied applied) {
      Reply reply;
      try {
        reply = Replies.decode(applied.reply());
      } catch (RuntimeException e) {
        owner.lost(this, "the answer of " + peer + " could not be read", e);
        return;
      }
      applied(reply);
    } else if (answer instanceof PeerAnswer.Refused refused) {
      refused(peer + ": " + refused.why(), refused);
    } else if (unwrap(error) instanceof NeverSentException never) {
      owner.refused(this, null, String.valueOf(never.getMessage()));
    } else {
      owner.lost(
          this,
          "the connection to the leader " + peer + " broke; the write may commit",
          unwrap(error));
    }
  }

  private void refused(String why, PeerAnswer.Refused refused) {
    switch (refused.refusal()) {
      case NOT_LEADER, UNAVAILABLE, STOPPED -> owner.refused(this, null, why);
      case OVERLOADED ->
          owner.refused(this, new OverloadedException(why, Duration.ofMillis(10)), why);
      case DISK_FULL ->
          owner.refused(this, new DiskFullException(why, Duration.ofMillis(500)), why);
      case INVALID -> owner.refused(this, new InvalidArgumentException(refused.why()), why);
      case OUTCOME_UNKNOWN -> owner.lost(this, why, null);
    }
  }

  private static @Nullable Throwable unwrap(@Nullable Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
