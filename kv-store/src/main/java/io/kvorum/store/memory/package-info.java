// SPDX-License-Identifier: Apache-2.0
/**
 * The store without a disk: the same behaviour as the one on RocksDB to the letter, but everything
 * is gone when it is closed. For tests, and the reference that the other store is compared with.
 *
 * <p>The whole state is one immutable {@code Content}. A writer builds the next one and publishes
 * it with a single volatile write; a reader, cursor or snapshot keeps the one it began with.
 *
 * <p>Invariants, which every {@code Content} holds:
 *
 * <ol>
 *   <li>M1: no key without a version; versions of a key in strictly falling order of commitTs.
 *   <li>M2: no commitTs above lastCommitTs.
 *   <li>M3: contents are published one after the other, by the holder of the {@code WriterTurn}
 *       only; the watermark and the applied position never fall, except through a restore or an
 *       install.
 *   <li>M4: no array of a caller is kept, none that is kept is given out.
 * </ol>
 */
@NullMarked
package io.kvorum.store.memory;

import org.jspecify.annotations.NullMarked;
