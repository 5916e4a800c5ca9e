// SPDX-License-Identifier: Apache-2.0
/**
 * What replicas of one group say to each other besides Raft: the follower that passes a write on to
 * the leader, the leader that asks whether it still leads.
 *
 * <p>A gRPC service, {@code io.kvorum.Peer}, beside Ratis's in the server that Raft listens with;
 * there is no second port. It has two streams, on each of which requests and answers pass each
 * other freely:
 *
 * <ul>
 *   <li>{@code Quick}: term probes and read indexes. Nothing that it carries waits for a lock, a
 *       disk, or a large message before it, so the network's own threads answer, and take the
 *       answer. Every linearizable read pays for this way, and changes of threads were most of it.
 *   <li>{@code Work}: everything else, on threads that may wait.
 * </ul>
 *
 * <pre>
 * message    = number(8) request | number(8) answer    the answer to the request with its number
 * </pre>
 *
 * <p>Grammar, version 1 (integers big-endian):
 *
 * <pre>
 * request    = version(1) kind(1) body
 *   kind 1   submit      timeoutMillis(8) command
 *   kind 2   term probe  asker's id(UTF-8, to the end)
 *   kind 3   read index  timeoutMillis(8) asker's id(UTF-8, to the end)
 *   kind 5   read index by lease, with the same body
 *   kind 4   transfer    timeoutMillis(8) peer id(UTF-8, to the end)
 * answer     = version(1) kind(1) body
 *   kind 64  applied     reply
 *   kind 65  term        term(8) promiseMillis(8)
 *   kind 66  index       index(8)
 *   kind 67  refused     refusal(1) why(UTF-8, to the end)
 *   kind 68  done        (empty)
 * </pre>
 *
 * <p>{@code command} and {@code reply} are those of {@link io.kvorum.fsm.wire}; {@code refusal} is
 * the code of a {@link io.kvorum.raft.peer.Refusal}. A message of another version is refused.
 */
@NullMarked
package io.kvorum.raft.peer;

import org.jspecify.annotations.NullMarked;
