// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv bench fsync}: what a committed write costs a disk, by sync mode, number of writers and
 * number of replicas, on real nodes in this JVM.
 *
 * <p>Syncs are counted by those who make them: Ratis for its log, RocksDB's statistics for its
 * write-ahead log, its table files and its manifest. Bytes are those that the kernel charges to
 * this process for the disk ({@code write_bytes} of {@code /proc/self/io}, Linux only): whole
 * pages, each time one becomes dirty, so a small append that is synced alone costs a page. What the
 * file system writes for itself, its journal above all, is in none of these numbers.
 */
@NullMarked
package io.kvorum.bench.fsync;

import org.jspecify.annotations.NullMarked;
