// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.io.InputStream;

/**
 * A value that is read as a stream, see {@link ReplicatedKv#openStream}. It shows one version of
 * its key however long it is read: a write or delete meanwhile, and the collection of old versions,
 * do not disturb it. It pins what it needs until it is closed; memory is that of a few hundred KiB.
 *
 * <p>A read is an {@link java.io.IOException} when the stream is closed, when its node is closed
 * under it, or when its store's content was replaced by that of another replica; the value can then
 * be opened again, here or elsewhere. It is a {@link StoreCorruptException} if the bytes are not
 * those that were written. One thread at a time.
 *
 * <pre>{@code
 * try (LargeValue value = kv.openStream(key)) {
 *   if (value != null) {
 *     value.transferTo(out); // one version, whatever is written meanwhile
 *   }
 * }
 * }</pre>
 */
public abstract class LargeValue extends InputStream {

  /** Of the whole value, in bytes. */
  public abstract long length();

  /** Idempotent. */
  @Override
  public abstract void close();
}
