// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

/** What is under way when the power fails. */
enum Activity {
  /** The Raft log is written or fsynced. */
  APPEND,
  /** A group of log entries is written to the store. */
  APPLY,
  /** A direct write. */
  DIRECT,
  /** RocksDB writes a memtable to a file. */
  FLUSH,
  /** A checkpoint is taken. */
  CHECKPOINT,
  /** Segments of the Raft log are deleted. */
  PURGE,
  /** A checkpoint is received or put in place of the store's content. */
  INSTALL,
  /** A snapshot stream is put in place of the store's content. */
  RESTORE,
  /** RocksDB merges files. */
  COMPACTION,
  /** {@code compact(minTs)} deletes old versions. */
  COLLECTION,
  /** The members of the group change. */
  MEMBERS,
  /** A store or a replica recovers from an earlier crash. */
  START
}
