// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv bench fsync}: what a committed write costs a disk, by sync mode, number of writers and
 * number of replicas, on real nodes in this JVM.
 *
 * <p>Syncs are counted by those who make them: Ratis for its log, RocksDB's statistics for its
 * write-ahead log. They are those of the measured seconds, for each entry of the log that was
 * committed; the table also tells how many writes shared an entry.
 *
 * <p>Bytes are counted at the block device ({@code BlockDevice}, Linux only), so the journal of the
 * file system is among them, and so is whatever else writes to that device. Before a case begins
 * and after it ends each replica takes a checkpoint and the file system is synced, so that what a
 * case has written is counted there, and as a whole: log, table files and what a checkpoint adds.
 * What the kernel charges to the process ({@code write_bytes} of {@code /proc/self/io}) is no
 * measure of it: a large folio of the page cache is charged whole when a few bytes of it change,
 * about 1 MB a sync.
 */
@NullMarked
package io.kvorum.bench.fsync;

import org.jspecify.annotations.NullMarked;
