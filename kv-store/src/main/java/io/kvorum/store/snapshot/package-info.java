// SPDX-License-Identifier: Apache-2.0
/**
 * The snapshot stream: the whole content of a store, in one order, so that two stores with the same
 * content write the same bytes. Of the versions of a key the newest is in it, and the others that a
 * read at or above the watermark can see: what only a collector still holds is not. This text is
 * the specification of its format, version 1.
 *
 * <pre>
 * stream   := preamble chunk* end
 * preamble := magic(8) version(u32) term(u64) index(i64) lastCommitTs(u64) minRetainedTs(u64) crc
 * chunk    := length(u32, 1..65536) bytes(length) crc
 * end      := 0(u32) count(u64) crc sha256(32)
 * crc      := u32, CRC32C of everything from the start of its preamble, chunk or end up to itself
 * magic    := "KVSNAP\r\n"
 * </pre>
 *
 * The bytes of all chunks, joined, are the records. Chunks are cut without regard to records: every
 * one but the last is full. {@code count} is the number of records, and {@code sha256} covers every
 * byte of the stream before it. Nothing follows it.
 *
 * <pre>
 * records  := version* state*
 * version  := flags(u8) keyLength(u32, 1..65536) key commitTs(u64) live?
 * live     := expireAt(u64) valueLength(u32, 0..2^30) value     absent in a tombstone
 *           | expireAt(u64) length(u64, 1..) id(u64)            of a large version
 * flags    := 0 live version | 1 tombstone | 3 large version, whose bytes are state records
 * state    := 2(u8) keyLength(u32, 1..66560) key valueLength(u32, 0..2^30) value
 * </pre>
 *
 * Numbers are big-endian. Timestamps are 0 to 2^63-1; {@code expireAt} is 0 for never. A position
 * of (0, -1) says that no log entry was applied.
 *
 * <p>Invariants, which writer and reader both hold:
 *
 * <ol>
 *   <li>S1: records are in strict order: versions by key ascending (unsigned, a prefix first), then
 *       commitTs descending; behind all of them the state records by key ascending.
 *   <li>S2: no commitTs is above lastCommitTs.
 *   <li>S3: a stream cut at any byte, with any bits changed, with chunks left out, doubled or
 *       swapped, or with anything behind its end, is refused.
 *   <li>S4: no damaged byte of a chunk is interpreted, and no memory is allocated on the word of a
 *       length alone: values grow as their bytes arrive.
 * </ol>
 *
 * Why two checksums: CRC32C, per chunk, finds damage before the bytes are used and costs next to
 * nothing, but some patterns of several changed bits escape it, and it says nothing about chunks
 * that are missing. SHA-256 over the whole stream closes that, at a cost far below that of reading
 * the store.
 *
 * <p>Versions of the format:
 *
 * <ul>
 *   <li>1: the first; state records and large versions joined it before any release.
 * </ul>
 */
@NullMarked
package io.kvorum.store.snapshot;

import org.jspecify.annotations.NullMarked;
