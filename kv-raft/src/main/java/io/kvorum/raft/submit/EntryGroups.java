// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.fsm.ProposalGate;
import io.kvorum.fsm.wire.CommandPart;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Replies;
import io.kvorum.fsm.wire.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. An entry costs an append, a message to each follower, an fsync shared by few,
 * and an apply, nearly whatever is in it; so commands that come together travel together. While
 * nothing is under way a command is proposed at once. Beside one entry a second one is proposed as
 * soon as it carries as many commands as the first; when an entry completes, whatever has gathered
 * goes. So few writers never wait for company, and the groups of many grow to a half of them each. A
 * second entry of any size would nearly always be of the one or two writers who were answered first
 * when an entry completes, and the rest would wait for it. What fills a group already would gain
 * nothing by waiting, and does not.
 *
 * A command is taken into a group just before the group is proposed. From then on it counts as perhaps
 * in the log; if the server refuses the group at its gate, it certainly is not.
 */

/**
 * Puts commands that come together into one log entry on the leader.
 *
 * <p>Invariants: (1) a command is in at most one group at a time; (2) every member is answered once
 * for each time it was taken; (3) a group of several is no longer than the limit of groups; (4) a
 * command that the state machine refuses is refused alone.
 */
final class EntryGroups {

  /**
   * How many entries are under way at most, but for those that fill a group: one that is being
   * fsynced, and the next. With more of them the same commands are spread over more fsyncs.
   */
  static final int OUTSTANDING = 2;

  private static final int MAX_COMMANDS = 1_024;

  /**
   * How long a group of several is at most, in use; a longer command goes alone. Just below a MiB,
   * because an entry becomes one array on every follower, and G1 gives an array that is longer than
   * its region, which is a MiB in a small heap, a second one for itself.
   */
  static final int GROUP_BYTES = 1_000_000;

  private final Function<ProposalGate, CompletableFuture<RaftClientReply>> proposer;
  private final int maxBytes;

  // guarded by this
  private final ArrayDeque<Member> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private int outstanding;
  private int commandsUnderWay;
  private boolean proposing; // a thread is at it, and looks again before it leaves

  /**
   * @param proposer hands a command to the Raft server; never throws
   * @param maxBytes of a group of several
   */
  EntryGroups(Function<ProposalGate, CompletableFuture<RaftClientReply>> proposer, int maxBytes) {
    this.proposer = proposer;
    this.maxBytes = maxBytes;
  }

  /** A command with one request. Its methods must not block. */
  interface Member {

    CommandPart command();

    /**
     * The command is about to be proposed: from now on it may be in the log.
     *
     * @return false: it was given up meanwhile, and is left out
     */
    boolean take();

    /** It is applied. */
    void applied(Reply reply);

    /** It is in no log, and was refused for this reason. */
    void refused(@Nullable Throwable why);

    /** It may be in the log, and may commit. */
    void lost(@Nullable Throwable why);
  }

  /** Proposes the command now, or with others when enough have come or an earlier entry is done. */
  void add(Member member) {
    synchronized (this) {
      waiting.add(member);
      waitingBytes += sizeOf(member);
    }
    proposeNext();
  }

  private static int sizeOf(Member member) {
    return member.command().command().size();
  }

  private void proposeNext() {
    synchronized (this) {
      if (proposing) {
        return; // from inside, or beside: either would lose the order, and nest without a bound
      }
      proposing = true;
    }
    List<Member> group = next();
    while (!group.isEmpty()) {
      propose(group);
      group = next();
    }
  }

  /* Taken members that fit into one entry; empty when there are none, or they wait for more. */
  private synchronized List<Member> next() {
    List<Member> group = new ArrayList<>();
    long bytes = 0;
    boolean ready = isWorthAnEntry();
    while (ready && !waiting.isEmpty() && group.size() < MAX_COMMANDS) {
      int size = sizeOf(waiting.element());
      if (!group.isEmpty() && bytes + size > maxBytes) {
        break;
      }
      Member member = waiting.remove();
      waitingBytes -= size;
      if (member.take()) {
        bytes += size;
        group.add(member);
      }
    }
    if (group.isEmpty()) {
      proposing = false;
    } else {
      outstanding++;
      commandsUnderWay += group.size();
    }
    return group;
  }

  private boolean isWorthAnEntry() {
    return outstanding == 0
        || (outstanding < OUTSTANDING && waiting.size() >= commandsUnderWay)
        || waitingBytes >= maxBytes;
  }

  private void propose(List<Member> group) {
    Proposal proposal =
        new Proposal(CommandPart.join(group.stream().map(Member::command).toList()));
    CompletableFuture<Void> unused =
        proposer
            .apply(proposal)
            .handle(
                (reply, error) -> {
                  try {
                    answer(group, proposal, reply, error);
                  } finally {
                    done(group.size());
                  }
                  return null;
                });
  }

  private void done(int commands) {
    synchronized (this) {
      outstanding--;
      commandsUnderWay -= commands;
    }
    proposeNext();
  }

  private void answer(
      List<Member> group,
      Proposal proposal,
      @Nullable RaftClientReply reply,
      @Nullable Throwable error) {
    Throwable trouble = reply == null ? unwrap(error) : reply.getException();
    if (reply != null && reply.isSuccess()) {
      answer(group, reply);
    } else if (proposal.passed()) {
      group.forEach(member -> member.lost(trouble));
    } else if (trouble instanceof StateMachineException && group.size() > 1) {
      // One of them is not to the state machine's liking; the others must not suffer for it.
      synchronized (this) {
        outstanding += group.size();
        commandsUnderWay += group.size();
      }
      group.forEach(member -> propose(List.of(member)));
    } else {
      group.forEach(member -> member.refused(trouble));
    }
  }

  private static void answer(List<Member> group, RaftClientReply answer) {
    Reply reply;
    try {
      reply = Replies.decode(answer.getMessage().getContent());
    } catch (RuntimeException e) {
      group.forEach(member -> member.lost(e));
      return;
    }
    List<Outcome> outcomes = reply.outcomes();
    for (int i = 0; i < group.size(); i++) {
      List<Outcome> own = i < outcomes.size() ? outcomes.subList(i, i + 1) : List.of();
      group.get(i).applied(new Reply(reply.position(), reply.alreadyApplied(), own));
    }
  }

  private static @Nullable Throwable unwrap(@Nullable Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
