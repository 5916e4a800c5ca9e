// SPDX-License-Identifier: Apache-2.0
/**
 * How a write gets into the log, once, and what its caller is told.
 *
 * <p>On the leader a command goes straight into the group's server object, in one entry with those
 * that wait beside it ({@code EntryGroups}). From another replica it goes to the leader in one
 * message and is proposed there. Each attempt ({@code Attempt}) ends in one of three ways: applied,
 * certainly in no log, or perhaps in one.
 *
 * <p>Where it is certain. Ratis answers "not the leader" both before an entry is appended and after
 * (a leader that steps down says it to every request it still holds), so its answer alone does not
 * tell. {@link io.kvorum.fsm.ProposalGate} does: the state machine tells it under the lock of the
 * log, right before the append. If it was not told, the command is in no log. For a command that
 * was sent to the leader, certain are: the connection was refused, or the leader answers that its
 * own gate was not passed. Everything else, a broken connection above all, leaves the outcome open.
 *
 * <p>A write ({@code Submission}) that is certainly in no log may be tried again as it is. One that
 * may be in a log is tried again too, because it carries the number of a session ({@code
 * WriteSessions}): the state machine carries it out once, and answers every other time with the
 * first outcome. A command that another replica has forwarded is tried once; that replica tries
 * again.
 *
 * <p>Deadline and attempts change the state of a submission under one lock: a call that has ended
 * with UnavailableException is not taken into an entry any more, and one that may be in a log ends,
 * at its deadline, with OutcomeUnknownException. A number whose write ended so is never
 * acknowledged to the state machine, so that its outcome can be asked for.
 */
@NullMarked
package io.kvorum.raft.submit;

import org.jspecify.annotations.NullMarked;
