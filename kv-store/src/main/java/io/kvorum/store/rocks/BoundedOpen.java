// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreCorruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Opens RocksDB from a thread of its own, so that a log on which recovery never ends cannot hang
 * the caller. When the bound passes, that thread and its native objects stay behind until the
 * process ends: there is no way to stop recovery from outside.
 */
final class BoundedOpen {

  static final Duration BOUND = Duration.ofMinutes(2);

  private BoundedOpen() {}

  static RocksDB open(Path dir, DBOptions options, ColumnFamilyOptions familyOptions)
      throws RocksDBException {
    return open(dir, () -> Database.openNow(dir, options, familyOptions));
  }

  static RocksDB openReadOnly(Path dir, Options options) throws RocksDBException {
    return open(dir, () -> RocksDB.openReadOnly(options, dir.toString()));
  }

  private interface Opener {
    RocksDB open() throws RocksDBException;
  }

  private static RocksDB open(Path dir, Opener opener) throws RocksDBException {
    CompletableFuture<RocksDB> opened = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                RocksDB db = opener.open();
                if (!opened.complete(db)) {
                  db.close(); // too late: nobody waits for it
                }
              } catch (Throwable t) {
                opened.completeExceptionally(t);
              }
            },
            "kvorum-open " + dir.getFileName());
    thread.setDaemon(true);
    thread.start();
    try {
      return opened.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RocksDBException rocks) {
        throw rocks;
      }
      throw new IllegalStateException("opening " + dir, e.getCause());
    } catch (TimeoutException e) {
      opened.cancel(false);
      throw new StoreCorruptException(
          "recovery of "
              + dir
              + " did not end within "
              + BOUND.toSeconds()
              + " s; its log or MANIFEST files are probably damaged: move the directory away and restore"
              + " it from a snapshot or from another replica",
          e);
    } catch (InterruptedException e) {
      opened.cancel(false);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while opening " + dir, e);
    }
  }
}
