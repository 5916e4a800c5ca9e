// SPDX-License-Identifier: Apache-2.0
/**
 * Optimistic transactions: {@code OpenTransaction} is what a body sees and what it leaves behind.
 * The state machine decides, when it applies the entry, whether what was read still holds ({@code
 * io.kvorum.fsm.interpret}); nothing here checks for conflicts.
 *
 * <p>Why that is serializable. All reads come from one snapshot at the read timestamp. If no key
 * and no range that was read has a version above that timestamp when the entry is applied, the
 * transaction would have read the same at its commit timestamp, so it is as if it had run there,
 * all at once. It is strict as well: the snapshot holds everything that was acknowledged before the
 * transaction began.
 */
@NullMarked
package io.kvorum.raft.txn;

import org.jspecify.annotations.NullMarked;
