// SPDX-License-Identifier: Apache-2.0
/**
 * What a user of Kvorum compiles against.
 *
 * <p>Two interfaces carry the product. {@link io.kvorum.api.ReplicatedKv} is the replicated store
 * of a node: its writes are ordered by a Raft log, its reads are linearizable. {@link
 * io.kvorum.api.MvccStore} is one store on one disk, without replication: it is what a replica
 * keeps its state in, and what an embedding service uses directly for its own node-local state.
 *
 * <p>Words that mean one thing everywhere:
 *
 * <ul>
 *   <li><b>timestamp</b>: a {@code long}, {@code 0 <= ts <= Long.MAX_VALUE}, that orders versions.
 *       A <i>commit timestamp</i> belongs to a version, a <i>read timestamp</i> to a read. Clocks
 *       make them as 48 bits of milliseconds and 16 logical bits.
 *   <li><b>log position</b>: (term, index) of a Raft log entry, {@link io.kvorum.api.LogPosition};
 *       never mixed with timestamps.
 *   <li><b>tombstone</b>: a version that says "deleted".
 *   <li><b>watermark</b>: {@link io.kvorum.api.MvccStore#minRetainedTs()}, the oldest timestamp
 *       that can still be read.
 * </ul>
 *
 * <p>Errors are of two kinds. A <i>refusal</i> (a conflict, a bad argument, a read below the
 * watermark) is an exception of its own type; nothing has changed, and the next call works. A
 * <i>failure</i> (I/O, corruption) is a {@link io.kvorum.api.StoreFailedException}: the store keeps
 * the first one and refuses everything after it. One is neither: after an {@link
 * io.kvorum.api.OutcomeUnknownException} a write may be committed or not, until {@link
 * io.kvorum.api.ReplicatedKv#outcomeOf} is asked.
 *
 * <p>Arrays: every method copies the arrays it keeps before it returns, and returns arrays the
 * caller owns. The records in this package do not copy: who builds one must not change its arrays
 * afterwards.
 */
@NullMarked
package io.kvorum.api;

import org.jspecify.annotations.NullMarked;
