// SPDX-License-Identifier: Apache-2.0
/**
 * Linearizable reads on any replica. A read finds an index, waits until the local store has applied
 * it, and reads the local store.
 *
 * <p>The index comes from the leader, which, for a read that began at the moment {@code b}:
 *
 * <ol>
 *   <li>notes its term {@code T}, checks that it leads and has committed an entry of {@code T};
 *   <li>takes its commit index {@code c};
 *   <li>waits for a round of term probes that began after that: a majority of the voters, itself
 *       included, must be in no term above {@code T}; reads that come while a round runs share the
 *       next one;
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
 * <p>The commit index that Ratis's own read index answers from is not confirmed by a round that
 * began after the read, which is why it is not used.
 */
@NullMarked
package io.kvorum.raft.read;

import org.jspecify.annotations.NullMarked;
