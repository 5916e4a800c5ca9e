// SPDX-License-Identifier: Apache-2.0
/**
 * Optimistic transactions: {@code OpenTransaction} is what a body sees and what it leaves behind.
 * The state machine decides, when it applies the entry, whether what was read still holds ({@code
 * io.kvorum.fsm.interpret}); nothing here checks for conflicts.
 *
 * <p>Why that is serializable. All reads come from one snapshot at the read timestamp. If no key
 * and no range that was read has a version above that timestamp when the entry is applied, the
 * transaction would have read the same at its commit timestamp, so it is as if it had run there,
 * all at once, and that was between its begin and its end: it is strict as well, however old the
 * snapshot was.
 *
 * <p>So the snapshot need not be confirmed by other replicas. A leader reads by its lease, and a
 * snapshot that is not the newest only makes a conflict likely. (The one thing that is judged at
 * the read timestamp and not checked again is expiry: there it is the lease that keeps a snapshot
 * from being older than the transaction.) Any other replica asks for a linearizable read timestamp.
 * Where nothing is committed, because the body wrote nothing or threw, such a timestamp is asked
 * for afterwards: if it is the one that was read at, the run counts, and otherwise the body runs
 * once more, there.
 */
@NullMarked
package io.kvorum.raft.txn;

import org.jspecify.annotations.NullMarked;
