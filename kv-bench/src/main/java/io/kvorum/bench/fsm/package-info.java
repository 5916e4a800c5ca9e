// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv bench fsm}: what a write costs in processor time and in bytes allocated on its way
 * through a replica, without Raft and without an fsync: to encode it, to put it into a group, to
 * read the group, to carry it out on RocksDB, to answer.
 *
 * <p>One thread, and in one case three with a store each: on a machine with fewer cores, its time
 * holds the wait for one. The writes are those of {@code kv bench load}: keys of 24 bytes, values
 * of 100, in a session, 64 to a group.
 */
@NullMarked
package io.kvorum.bench.fsm;

import org.jspecify.annotations.NullMarked;
