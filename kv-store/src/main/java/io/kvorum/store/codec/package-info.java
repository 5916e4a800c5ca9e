// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of a store on RocksDB: format version 2.
 *
 * <p>All records live in one column family, so that a record, the timestamps and the applied
 * position are always one write and one flush. The first byte of a key names its space:
 *
 * <pre>
 * newest version   'n' userKey                                     -> version
 * undo             'u' inverted(dueTs)  u64 sequence                -> replaced
 * older version    'h' escaped(userKey) 00 00 inverted(commitTs)   -> version
 * garbage          'g' u64 dueTs  u64 sequence                     -> keys
 * prefix delete    'd' u64 commitTs  u32 ordinal                   -> prefixDelete
 * state            's' recordKey                                   -> recordValue
 * format           'm' 'f'                                         -> u8 formatVersion
 * applied          'm' 'p'                                         -> u64 term  u64 index
 * timestamps       'm' 't'                                         -> u64 lastCommitTs  u64 minRetainedTs
 *
 * version      := u8 flags  u64 commitTs  [u64 expireAt if flags has 2]  [link if flags has 8]
 *                 value | reference
 * flags        := kind, plus 8 with a link, plus 16 if older versions of the key may stand in 'h'
 * kind         := 0 | 1 tombstone, without a value | 2 expires, expireAt is above 0
 *               | 4 large, with a reference | 6 large and expires
 * link         := u8 length  varint depth, above 0  ref for each level
 * ref          := varint zigzag(dueTs - commitTs)  varint sequence  varint index
 * replaced     := (varint length  userKey  varint length  version)*
 * reference    := u64 length, above 0  u64 id
 * keys         := (u32 length  userKey)*
 * prefixDelete := u32 length  prefix  u8 hasExclude  excludePrefix
 * escaped(k)   := k with each byte 00 written as 00 FF
 * inverted(ts) := u64 of the complement of ts
 * varint       := seven bits a byte, the lowest first, the top bit set if more follow
 * zigzag(n)    := 2n, or -2n - 1 if n is negative
 * </pre>
 *
 * <p>All other integers are big-endian. The user's keys never meet the store's own records: each
 * space has its own first byte. In 'n' nothing follows the user key, so it stands as it is; in 'h'
 * something follows, so it is escaped, which keeps the order of keys and keeps one key from being
 * mistaken for another key plus a timestamp. What stands under 's' belongs to the state machine
 * that applies the log: this format gives it a place and says nothing about its bytes. The bytes of
 * a large value are among them; what the version holds is its length, and the state machine's name
 * of it. The flag is out of a user's reach, so no value is ever mistaken for a reference.
 *
 * <p>Where older versions stand. A version that a newer one replaces goes into an undo record of
 * the write that replaced it, and the newer one gets a link to it. One write's replaced versions
 * stand together, in the order of time, whatever their keys: keeping them costs little, and a
 * watermark that passes them deletes them by one range. A version that is written below the newest
 * stored one, or restored from a snapshot, gets an 'h' record of its own, and the newest version of
 * its key the flag that says so. A key's version at a timestamp is the newest at or below it of
 * both; an 'h' record wins over a linked version of the same timestamp.
 *
 * <p>The depth of a version is the number of versions on the way of its links, counted from the
 * last one that replaced a version whose own link the watermark had passed: its way is of no use to
 * any read any more, and depth begins anew. Level 0 leads to the version that was replaced; level
 * k, which exists if 16 to the k is below the depth, to the nearest version below whose depth is a
 * multiple of 16 to the k. So a version among n is found in at most 16 steps for each level, of
 * which there are as many as n has hexadecimal digits.
 *
 * <p>Invariants of the format:
 *
 * <ol>
 *   <li>F1. A key that has an 'h' record has an 'n' record, which has the flag 16, and its commit
 *       timestamp is higher than that of every 'h' record of the key.
 *   <li>F2. The commit timestamp inside an 'h' record is the one in its key.
 *   <li>F3. Garbage is indexed. For each version that is the next above one in 'h' there is a 'g'
 *       record, due at its commit timestamp, that names the key; for each tombstone in 'n' or 'h'
 *       one due at its commit timestamp; for each version there that expires one due at the later
 *       of commit timestamp and expiry. A 'g' record may also name a key that has nothing to
 *       collect. Versions that the watermark has passed and a collector has finished with need
 *       none.
 *   <li>F4. A 'd' record stands exactly while its tombstones are still being written. Whoever reads
 *       meanwhile applies it on top. All that stand at one time are of one batch, and are applied
 *       in the order of their ordinals.
 *   <li>F5. {@code lastCommitTs} is at least every commit timestamp ever written.
 *   <li>F6. What a link leads to is a version of the same key with a lower commit timestamp; or its
 *       undo record is gone, and was due at or below the watermark. An undo record is due no
 *       earlier than the commit timestamps of the versions that replaced its own.
 * </ol>
 *
 * <p>Version history: 1, every older version in 'h' with a 'g' record for it; 2, undo records. A
 * store of version 1 is refused: a snapshot stream carries its content over.
 */
@NullMarked
package io.kvorum.store.codec;

import org.jspecify.annotations.NullMarked;
