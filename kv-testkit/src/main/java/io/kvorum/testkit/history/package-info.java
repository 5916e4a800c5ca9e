// SPDX-License-Identifier: Apache-2.0
/**
 * Recorded histories of a replicated store, and the judge of what they prove.
 *
 * <p>A test lets clients work on the store, through {@link io.kvorum.testkit.history.RecordingKv}
 * or with a {@link io.kvorum.testkit.history.HistoryRecorder} of its own, while it kills, pauses
 * and partitions replicas. {@link io.kvorum.testkit.history.HistoryChecker} then says whether any
 * correct store could have answered so. A history can be kept in a file ({@link
 * io.kvorum.testkit.history.HistoryFile}) and judged again.
 *
 * <p><b>What is judged.</b>
 *
 * <ul>
 *   <li>Commits: their timestamps are the order of the writes. It must agree with real time, and no
 *       timestamp may occur twice.
 *   <li>Transactions that wrote: what they read must be what the store held right before their
 *       commit, ranges included (strict serializability, the commit timestamp being the witness).
 *   <li>Reads: each by its own {@link io.kvorum.testkit.history.ReadPromise}. Linearizable ones,
 *       over all keys and all replicas together, must fit into the order of the commits without
 *       contradicting real time or each other.
 *   <li>Watches: the commits after their start, each once, in order, none left out.
 *   <li>Calls with an unknown outcome happened once or never, at any time after they began. Refused
 *       ones never happened.
 * </ul>
 *
 * <p>A history whose commits carry no timestamps (of another store, say) is judged for
 * linearizability only, by a search that may take exponential time.
 *
 * <p><b>What makes a judgement sharp.</b> Values that are written once only: a value that two calls
 * wrote may hide an anomaly (it never makes a false one). And reads at the end, on every replica,
 * or an acknowledged write that was lost has nobody to miss it. Expiry is not modelled: record no
 * value that expires.
 *
 * <p><b>Bytes as text.</b> Keys and values are Strings here, each char one byte (ISO 8859-1), so
 * that they compare as the store compares keys, print well and are cheap.
 */
@NullMarked
package io.kvorum.testkit.history;

import org.jspecify.annotations.NullMarked;
