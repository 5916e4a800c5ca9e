// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

/** What RocksDB does by itself in time, asked for now. */
public final class TableFiles {

  private TableFiles() {}

  /** Writes what is in memory into table files; with {@code merge}, merges all of them. */
  public static void rewrite(RocksMvccStore store, boolean merge) {
    store.rewriteFiles(merge);
  }
}
