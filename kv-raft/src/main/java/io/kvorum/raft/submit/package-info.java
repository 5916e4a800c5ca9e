// SPDX-License-Identifier: Apache-2.0
/**
 * How a write gets into the log, and what its caller is told.
 *
 * <p>On the leader a command goes straight into the group's server object, in one entry with those
 * that wait beside it ({@code EntryGroups}). From another replica it goes to the leader in one
 * message and is proposed there. Each command is proposed at most once: nothing is repeated unless
 * it is certain that the earlier attempt put nothing into any log.
 *
 * <p>Where that is certain. Ratis answers "not the leader" both before an entry is appended and
 * after (a leader that steps down says it to every request it still holds), so its answer alone
 * does not tell. {@link io.kvorum.fsm.ProposalGate} does: the state machine tells it under the lock
 * of the log, right before the append. If it was not told, the command is in no log. For a command
 * that was sent to the leader, certain are: the connection was refused, or the leader answers that
 * its own gate was not passed. Everything else, a broken connection above all, leaves the outcome
 * unknown.
 *
 * <p>The deadline and the attempt race for the same word of memory: a call that has ended with
 * UnavailableException is not taken into an entry any more, and one that was taken ends, at its
 * deadline, with OutcomeUnknownException.
 */
@NullMarked
package io.kvorum.raft.submit;

import org.jspecify.annotations.NullMarked;
