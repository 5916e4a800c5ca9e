// SPDX-License-Identifier: Apache-2.0
/**
 * A look at the files of the Raft log before Ratis opens them. Ratis refuses to start on a torn
 * last write, which every power loss can leave; the alternative it offers also starts on real
 * damage. {@link io.kvorum.raft.log.RaftLogTail} tells the two apart: the first is cut off, the
 * second is refused with the name of the file.
 *
 * <p>The format, which is that of Ratis 3.3.0:
 *
 * <pre>
 * segment  = "RaftLog1" record* 00*                    the zeros are preallocated, not yet written
 * record   = length(varint32, 1 or more) entry(length bytes) crc32c(4, big-endian, over all before)
 * log_S-E           a closed segment: exactly the entries S..E
 * log_inprogress_S  the open segment: the entries from S on, as many as there are
 * </pre>
 *
 * <p>The rule. A record that does not verify at offset {@code p} of the <i>open</i> segment is a
 * torn write, and everything from {@code p} on is cut off, when what is there can be left by writes
 * that were not synced:
 *
 * <ol>
 *   <li>the record runs past the end of the file, or
 *   <li>it ends in zeros that reach to the end of the file: its end was not written, or
 *   <li>a whole 512-byte sector of it, or its part of a sector it begins or ends in (at least 16
 *       bytes), is zero: that sector was not written.
 * </ol>
 *
 * <p>Anything else is damage, and so is every bad record of a closed segment, a closed segment with
 * too few or too many entries, and a gap between segments. An entry is committed only after it was
 * synced on this replica, so nothing committed lies behind a torn write. What a killed process has
 * written and not synced is whole, and Ratis takes it for synced; so the open segment is synced.
 *
 * <p>A log that ends before the checkpoint that a start begins with is removed as a whole: the
 * checkpoint holds everything in it, and Ratis could append nothing behind the checkpoint to its
 * open segment. A power loss leaves such a log when it takes back what an install has purged.
 *
 * <p>Limits. A synced record that a fault of the medium has filled with zeros, or cut, at the end
 * of the open segment looks like a torn write: it is cut off, and this replica has then forgotten
 * an entry it had acknowledged; the others still have it. When its store has applied that entry,
 * the start is refused ({@link io.kvorum.fsm.LogRange}). A record whose length was damaged is
 * judged as if it ran to the end of the file or to the longest record allowed.
 */
@NullMarked
package io.kvorum.raft.log;

import org.jspecify.annotations.NullMarked;
