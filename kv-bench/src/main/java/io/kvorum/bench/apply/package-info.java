// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv bench apply}: what the fsync of the raft family costs on one store, without
 * replication.
 *
 * <p>Three ways to write, each by one thread, with 64-byte values under fresh 24-byte keys, in
 * sync, nosync and nowal mode: one entry a write, groups of 64 entries a write, and the direct
 * family, which is fsynced in every mode and so must cost the same in each. In nowal mode the
 * flushes that its schedule asks for go on beside the writes and are part of what is measured.
 *
 * <p>It says what a state machine can apply, not what a group of replicas can commit: the Raft log,
 * whose fsync is needed in every mode, is not part of it.
 */
@NullMarked
package io.kvorum.bench.apply;

import org.jspecify.annotations.NullMarked;
