// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Keeps a store's first failure; nothing works after it. Thread-safe. */
final class FailStop {

  private static final String DAMAGED =
      "; the files are damaged: move the directory away and restore it from a snapshot or from"
          + " another replica";

  private final Path directory;
  private final AtomicReference<@Nullable StoreFailedException> first = new AtomicReference<>();
  private final AtomicReference<@Nullable Consumer<StoreFailedException>> listener =
      new AtomicReference<>();

  FailStop(Path directory) {
    this.directory = directory;
  }

  /** Has this listener told of the first failure, once; of several the last one counts. */
  void onFailure(Consumer<StoreFailedException> newListener) {
    listener.set(newListener);
    tell();
  }

  private void tell() {
    StoreFailedException failure = first.get();
    if (failure != null) {
      Consumer<StoreFailedException> told = listener.getAndSet(null);
      if (told != null) {
        told.accept(failure);
      }
    }
  }

  /** Whether the store has failed. */
  boolean hasFailed() {
    return first.get() != null;
  }

  /** Throws if the store has failed. */
  void check() {
    StoreFailedException failure = first.get();
    if (failure != null) {
      throw new StoreFailedException(
          "the store in " + directory + " has stopped: " + failure.getMessage(), failure);
    }
  }

  /** Keeps the failure if it is the first, and returns the exception to throw. */
  StoreFailedException fail(String action, RocksDBException e) {
    return fail(translate(directory, action, e));
  }

  /** As {@link #fail(String, RocksDBException)} for records that contradict each other. */
  StoreFailedException damaged(String what) {
    return fail(new StoreCorruptException(what + ", in " + directory + DAMAGED, null));
  }

  /** As {@link #fail(String, RocksDBException)} for what RocksDB did not notice. */
  StoreFailedException fail(StoreFailedException failure) {
    if (first.compareAndSet(null, failure)) {
      tell();
    }
    return failure;
  }

  /** The typed form of a RocksDB error, with a sentence that helps. */
  static StoreFailedException translate(Path directory, String action, RocksDBException e) {
    String what = action + " failed in " + directory + ": " + e.getMessage();
    if (isDiskFull(e)) {
      return new StoreFailedException(what + "; free disk space, then open the store again", e);
    }
    if (isCorruption(e)) {
      return new StoreCorruptException(what + DAMAGED, e);
    }
    return new StoreFailedException(what, e);
  }

  /** The typed form of an error of the file system. */
  static StoreFailedException translate(Path directory, String action, IOException e) {
    String what = action + " failed in " + directory + ": " + e;
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("no space left")
        ? new StoreFailedException(what + "; free disk space, then open the store again", e)
        : new StoreFailedException(what, e);
  }

  private static boolean isDiskFull(RocksDBException e) {
    Status status = e.getStatus();
    return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
        || text(e).contains("no space left");
  }

  private static boolean isCorruption(RocksDBException e) {
    Status status = e.getStatus();
    String text = text(e);
    return (status != null && status.getCode() == Status.Code.Corruption)
        || text.contains("corruption")
        || text.contains("no such file")
        || text.contains("does not exist");
  }

  private static String text(RocksDBException e) {
    String message = e.getMessage();
    return message == null ? "" : message.toLowerCase(Locale.ROOT);
  }
}
