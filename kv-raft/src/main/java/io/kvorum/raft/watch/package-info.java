// SPDX-License-Identifier: Apache-2.0
/**
 * Watching a range of the replicated key space: {@code ReplicatedKv.watch}.
 *
 * <p>A subscription is a position, a commit timestamp, and a demand. While there is demand it reads
 * the next commit records above its position from this replica's own store, and the values that
 * they name at the timestamp of their commit; at the end it waits until a higher timestamp is
 * applied. History and news are one path, and nothing is kept for a subscriber that does not ask. A
 * leader change, an install of a checkpoint, or a restart of other replicas is nothing special: the
 * store shows whole commits in the order of the log, whichever way it got them.
 *
 * <p>A watch holds nothing back. The watermark removes commit records when it reaches them, and a
 * subscription whose position it has passed ends with ReadTimestampCompactedException. The
 * watermark is looked at after the records were read, and it only rises, so a page that passes has
 * lost nothing.
 *
 * <p>Invariants of a subscription:
 *
 * <ol>
 *   <li>W1. It delivers each commit above its first position that changes something in its range,
 *       once, whole, in rising order, or ends with an error. Events that tell progress change
 *       nothing and stand in the same order; no commit of the range is delivered after one with a
 *       timestamp at or below its own.
 *   <li>W2. Signals come one after the other; never more events than were asked for; nothing after
 *       the end, and at most the event under way after a cancel.
 *   <li>W3. Between two turns it holds no event; within one, a page of records and one event.
 *   <li>W4. It has at most one task queued, one waiter and one alarm, so what a node spends on
 *       watches is bounded by their number.
 * </ol>
 */
@NullMarked
package io.kvorum.raft.watch;

import org.jspecify.annotations.NullMarked;
