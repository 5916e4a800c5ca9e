// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.io.OutputStream;

/**
 * A handle on one point in time of a store: all versions, tombstones and expiries, the watermark,
 * {@code lastCommitTs} and the applied position. It pins what it needs until it is closed; it is
 * closed with its store.
 *
 * <pre>{@code
 * try (MvccSnapshot snapshot = store.snapshot();
 *     OutputStream out = Files.newOutputStream(file)) {
 *   snapshot.writeTo(out); // beside writes, which it does not show
 * }
 * try (InputStream in = Files.newInputStream(file)) {
 *   copy.restore(in);
 * }
 * }</pre>
 */
public interface MvccSnapshot extends AutoCloseable {

  /**
   * Writes the whole state as a self-checking stream (magic, version, records, count, checksum, end
   * mark), in memory that does not grow with the data. May be called more than once. The caller
   * flushes and closes {@code out}. One that stalls holds up nobody else: when the snapshot or the
   * store is closed meanwhile, or the store's content replaced, the write under way is the last
   * one.
   *
   * @throws java.io.UncheckedIOException if {@code out} fails
   * @throws IllegalStateException if the snapshot or the store is closed, or the content replaced
   */
  void writeTo(OutputStream out);

  /** The store's {@code lastCommitTs} at that point in time. */
  long lastCommitTs();

  /** The store's {@code appliedPosition} at that point in time. */
  LogPosition appliedPosition();

  /** Idempotent. */
  @Override
  void close();
}
