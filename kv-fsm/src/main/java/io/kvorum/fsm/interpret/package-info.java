// SPDX-License-Identifier: Apache-2.0
/**
 * What the commands of the log do. This text is the specification; {@code docs/design} says why.
 *
 * <p><b>Time.</b> The log makes it. Each request has a time, {@code max(lastCommitTs + 1, clock
 * hint of its entry)}, and one that is carried out commits at it. After an entry {@code
 * lastCommitTs} is at least its hint, whatever became of its requests. Expiries of values, locks
 * and sessions are judged by the time of the request that meets them, never by a clock. {@code
 * Clock} lets time pass in a log that is idle; {@code Watermark} raises the lowest timestamp that
 * can be read, at most to {@code lastCommitTs}, on all replicas alike.
 *
 * <p><b>Conflicts.</b> {@code OnePhase} and {@code Prepare} are refused with {@code Conflict} if a
 * key that they write or have read, or any key of a range that they have read, has a version above
 * their start timestamp; tombstones count, so inserts, deletes and prefix deletes are found. The
 * start timestamp is one that could be read when the transaction read; one below the watermark is
 * {@code StartTooOld}. {@code Write} and {@code DeletePrefix} check no versions.
 *
 * <p><b>Locks.</b> A prepared transaction holds a lock on each key it writes, on each key it has
 * read, and on each range it has read. Until it ends, the others are refused with {@code Locked}:
 *
 * <pre>
 *   meets                        a write lock   a read lock   a range lock
 *   a write of the key           refused        refused       refused
 *   a read of a transaction      refused        -             -
 *   a prefix delete that covers  refused        refused       refused, if any key lies in both
 * </pre>
 *
 * So what it has read stays as it was, what it writes stays free, and {@code Commit} cannot be
 * refused: it writes at its own time. A read at a timestamp needs to look at no lock, because a
 * commit that comes later is above everything that could be read.
 *
 * <p><b>Ends.</b> {@code Commit} and {@code Abort} may be repeated and then say {@code
 * AlreadyCommitted} or {@code AlreadyAborted}, as does a {@code Prepare} that comes too late. A
 * {@code Commit} without a {@code Prepare} is {@code NotPrepared}. An {@code Abort} without one
 * leaves a rollback record, which refuses the {@code Prepare} that may still be under way. Locks
 * with a time to live expire by aborting their transaction. What has ended is remembered for {@link
 * io.kvorum.fsm.interpret.InterpreterLimits#FINISHED_MILLIS}; a {@code Prepare} of a transaction
 * that began longer ago than {@link
 * io.kvorum.fsm.interpret.InterpreterLimits#TRANSACTION_AGE_MILLIS} is {@code StartTooOld}, so none
 * can outlive the record that would refuse it.
 *
 * <p><b>Sessions.</b> {@code Once(session, sequence, request)} is carried out once: its outcome, a
 * refusal too, is kept in the batch of its data, and sent again it is {@code Duplicate} with that
 * outcome and the position of its entry. Outcomes are kept until a request says that they are
 * acknowledged, or the session ends; a sequence below what is acknowledged, the session's
 * <i>floor</i>, is {@code SequenceForgotten}, one that is {@link
 * io.kvorum.fsm.interpret.InterpreterLimits#SESSION_WINDOW} or more above it is {@code Invalid}.
 * {@code Fence} takes the place of a sequence that was not carried out, so that it never will be. A
 * session expires when it gives no sign of life for its time to live; one that was closed, has
 * expired or never was is {@code SessionUnknown}, and so is every request with it from then on:
 * names of sessions are not used again.
 *
 * <p><b>Large values.</b> {@code Upload} keeps chunks of a value aside, in order, where no read
 * shows them: one that is sent again must be what is there, a gap is {@code Invalid}. While {@link
 * io.kvorum.fsm.interpret.InterpreterLimits#UPLOADS} are open a new one is {@code UploadsOpen}.
 * {@code FinishUpload} writes a version of the key that refers to them, in the batch of everything
 * else that belongs to a write; it is one, for locks, conflicts and whoever watches, and refused it
 * leaves the upload as it was. An upload that makes no progress for its idle time, or is aborted,
 * goes with its chunks; it is {@code UploadUnknown} then, as is one that is finished. The chunks of
 * a version go as a whole, once no read at or above the watermark can see it: each {@code
 * Watermark}, one that raises nothing too, looks at the next {@value
 * io.kvorum.fsm.interpret.LargeSweep#SLICE} versions of the index, until a walk that began at the
 * watermark in force has ended.
 *
 * <p><b>State records</b>, outside of the user's key space:
 *
 * <pre>
 *   'K' userKey                        -> id                          write lock
 *   'L' userKey                        -> id...                       read lock
 *   'R' id u32 ordinal                 -> bound bound                 range lock
 *   'T' u64 dueTs record's key         -> nothing                     to be looked at: 's', 'u', 'x'
 *   'c'                                -> u32 sessions u32 prepared u64 nextDue u32 openUploads
 *   'g'                                -> u64 done u64 target next    walk over 'v'
 *   'o' u64 session u64 run            -> OutcomesRecordProto         sequences of the run
 *   's' u64 session                    -> SessionRecordProto
 *   'u' u64 upload                     -> UploadRecordProto
 *   'u' u64 upload u64 number          -> bytes                       chunk
 *   'v' userKey u64 commitTs           -> u64 upload                  version with a large value
 *   'w' u64 highestTs                  -> varint (highestTs - first commitTs) commit+
 *   'x' id                             -> TransactionRecordProto      writes and reads included
 *
 *   id    := u64 high u64 low
 *   bound := u32 length bytes | u32 -1                                none
 *
 *   commit  := varint (commitTs - that of the commit before, or itself) varint changes  change*
 *   change  := varint (length * 4 + kind) key  detail
 *   detail  := kind 0, deleted: nothing | kind 1, put: nothing
 *            | kind 2, put that expires: varint (expireAt - commitTs)
 *            | kind 3, prefix deleted: varint 0 | varint (length + 1) excludePrefix
 *   varint  := seven bits a byte, the lowest first
 * </pre>
 *
 * <p><b>Outcomes</b> ('o') of a session are kept in runs of {@value
 * io.kvorum.fsm.interpret.OutcomeTable#RUN} sequences, {@code sequence / RUN} being the number of
 * the run. A record is written once an entry, then without what is below the floor, and goes when
 * the floor has passed the whole run.
 *
 * <p><b>Commit records</b> ('w') say which keys each commit has changed, as the requests name them,
 * for whoever watches; the values stand in the store. One holds the commits of an entry, or of a
 * part of it that fills {@value io.kvorum.fsm.interpret.CommitRecords#FULL_BYTES} bytes. A value
 * that had expired at its own commit counts as deleted. {@code Watermark} removes all whose highest
 * timestamp it reaches; expiry makes none, because an expiry is no commit.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>T1. Times rise strictly in the order of the log.
 *   <li>T2. No commit lands at or below a timestamp that could be read before.
 *   <li>T3. What an entry writes and answers depends on the store's content and the entry alone:
 *       not on clocks, on the grouping of entries, or on what was collected.
 *   <li>T4. Applying entries again that were applied changes nothing (they are skipped by
 *       position).
 *   <li>T5. Committed transactions are serializable in the order of their commit timestamps.
 *   <li>T6. A prepared transaction that has not expired commits when it is asked to.
 *   <li>T7. A transaction ends once.
 *   <li>T8. Locks stand exactly where prepared transactions have put them.
 *   <li>T9. A request with a session and a sequence takes effect at most once.
 *   <li>T10. Everything kept is bounded, by {@link io.kvorum.fsm.interpret.InterpreterLimits} or by
 *       time.
 *   <li>T11. Above the watermark the commit records name every commit that changed data, once, with
 *       the keys it changed, and nothing else.
 *   <li>T12. The chunks of an upload are all there, and none that belongs to no upload; each upload
 *       is open, or belongs to one version. Every large version that a read at or above the
 *       watermark can see has its upload.
 * </ol>
 */
@NullMarked
package io.kvorum.fsm.interpret;

import org.jspecify.annotations.NullMarked;
