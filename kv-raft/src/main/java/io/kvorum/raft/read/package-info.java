// SPDX-License-Identifier: Apache-2.0
/**
 * How a read knows what it must see. Every read finds a timestamp, waits until the local store has
 * applied it, and reads the local store there ({@code ReadPoints}); no commit ever lands at or
 * below a timestamp that was readable. For {@link io.kvorum.api.ReadOptions} of the kinds atLeast
 * and at the caller names the timestamp. For the others it is the newest one once a log index is
 * applied, and a stale read skips even that while the last index that was waited for was asked for
 * recently enough ({@code Freshness}).
 *
 * <p><b>Linearizable reads.</b>
 *
 * <p>The index comes from the leader, which, for a read that began at the moment {@code b}:
 *
 * <ol>
 *   <li>notes its term {@code T}, checks that it leads and has committed an entry of {@code T};
 *   <li>takes its commit index {@code c};
 *   <li>waits for a round of term probes that began after that: a majority of the voters, itself
 *       included, must be in no term above {@code T}; reads that come while a round runs share the
 *       next one; the others are asked only when that majority is not there within milliseconds;
 *   <li>checks that it still leads in {@code T}, and answers {@code c}.
 * </ol>
 *
 * <p>Why that is enough. Let a write be acknowledged before {@code b}, committed by the leader of a
 * term {@code W}.
 *
 * <ul>
 *   <li>{@code W > T} is impossible. That leader got the votes of a majority, each from a replica
 *       that was in term {@code W} from then on: terms never fall, through a restart neither, as a
 *       vote is on disk before it is sent. The round asked its majority after {@code b}, so a
 *       replica in both would have answered with {@code W} or more.
 *   <li>{@code W = T}. This replica led then too (a term has one leader, and who loses leadership
 *       never regains it in the same term), so it was itself that committed the write, before
 *       {@code b}, and {@code c}, taken after {@code b}, covers it.
 *   <li>{@code W < T}. The write is in the log of the leader of {@code T}, below the first entry of
 *       {@code T}; that entry is committed (step 1), so {@code c} covers it.
 * </ul>
 *
 * <p>A follower asks the leader after {@code b}, so the same holds. No clock is read; a leader that
 * was paused for however long answers only when a majority still stands behind it. A group of one
 * is its own majority and needs no round.
 *
 * <p>Followers share their questions as the leader shares its rounds ({@code SharedRounds}).
 *
 * <p><b>Lease reads</b> skip step 3 while a lease lasts ({@code LeaderLease}). With its term a
 * replica answers for how long it will support no other leader by itself: its election timeout,
 * less the time since it last heard of the asker. Until the shortest such promise of a majority has
 * run out, counted from the beginning of the round and with a quarter left as margin, no candidate
 * gets the support that it needs before it may ask for votes. Who hands leadership over gives up
 * its lease first, because the receiver asks for votes at once. The lease is checked after the call
 * began and after the commit index was taken, so the argument above holds with the moment of that
 * check in the place of the round; what happens between the check and the read of the store does no
 * harm, because what is acknowledged by then was not acknowledged when the call began. The
 * assumptions stand in {@link io.kvorum.api.ReadOptions#lease}.
 *
 * <p>The commit index that Ratis's own read index answers from is not confirmed by a round that
 * began after the read, which is why it is not used.
 */
@NullMarked
package io.kvorum.raft.read;

import org.jspecify.annotations.NullMarked;
