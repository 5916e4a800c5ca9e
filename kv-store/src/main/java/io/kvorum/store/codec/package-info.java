// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of a store on RocksDB: format version 1.
 *
 * <p>All records live in one column family, so that a record, the timestamps and the applied
 * position are always one write and one flush. The first byte of a key names its space:
 *
 * <pre>
 * newest version   'n' userKey                                     -> version
 * older version    'h' escaped(userKey) 00 00 inverted(commitTs)   -> version
 * garbage          'g' u64 dueTs  u64 sequence                     -> keys
 * prefix delete    'd' u64 commitTs  u32 ordinal                   -> prefixDelete
 * state            's' recordKey                                   -> recordValue
 * format           'm' 'f'                                         -> u8 formatVersion
 * applied          'm' 'p'                                         -> u64 term  u64 index
 * timestamps       'm' 't'                                         -> u64 lastCommitTs  u64 minRetainedTs
 *
 * version      := u8 flags  u64 commitTs  [u64 expireAt if flags has 2]  value | reference
 * flags        := 0 | 1 tombstone, without a value | 2 expires, expireAt is above 0
 *               | 4 large, with a reference | 6 large and expires
 * reference    := u64 length, above 0  u64 id
 * keys         := (u32 length  userKey)*
 * prefixDelete := u32 length  prefix  u8 hasExclude  excludePrefix
 * escaped(k)   := k with each byte 00 written as 00 FF
 * inverted(ts) := u64 of the complement of ts
 * </pre>
 *
 * <p>All integers are big-endian. The user's keys never meet the store's own records: each space
 * has its own first byte. In 'n' nothing follows the user key, so it stands as it is; in 'h'
 * something follows, so it is escaped, which keeps the order of keys and keeps one key from being
 * mistaken for another key plus a timestamp. What stands under 's' belongs to the state machine
 * that applies the log: this format gives it a place and says nothing about its bytes. The bytes of
 * a large value are among them; what the version holds is its length, and the state machine's name
 * of it. The flag is out of a user's reach, so no value is ever mistaken for a reference.
 *
 * <p>Invariants of the format:
 *
 * <ol>
 *   <li>F1. A key that has an 'h' record has an 'n' record, and its commit timestamp is higher than
 *       that of every 'h' record of the key.
 *   <li>F2. The commit timestamp inside an 'h' record is the one in its key.
 *   <li>F3. Garbage is indexed. For each version that has an older one there is a 'g' record, due
 *       at its commit timestamp, that names the key; for each tombstone one due at its commit
 *       timestamp; for each version that expires one due at the later of commit timestamp and
 *       expiry. A 'g' record may also name a key that has nothing to collect. Versions that the
 *       watermark has passed and a collector has finished with need none.
 *   <li>F4. A 'd' record stands exactly while its tombstones are still being written. Whoever reads
 *       meanwhile applies it on top. All that stand at one time are of one batch, and are applied
 *       in the order of their ordinals.
 *   <li>F5. {@code lastCommitTs} is at least every commit timestamp ever written.
 * </ol>
 *
 * <p>Version history: 1, the first; the space 's' and large versions joined it before any release.
 */
@NullMarked
package io.kvorum.store.codec;

import org.jspecify.annotations.NullMarked;
