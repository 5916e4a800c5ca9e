// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes that travel through the Raft log: commands, and the replies to them.
 *
 * <p>This text and {@code command.proto} are the format's specification. All of it is protobuf:
 *
 * <pre>
 *   log entry    = client's part, leader's part
 *   client's part= Command { version, requests }            one or many requests
 *   leader's part= Command { clock_hint }                   10 bytes, appended
 *   request      = body, (once | next)?                     either: at most once
 *   body         = Write { mutation... }                    all at one commit timestamp
 *                | DeletePrefix { prefix, exclude_prefix? }
 *                | OnePhase { transaction }
 *                | Prepare { id, transaction, lock_millis } 0: until committed or aborted
 *                | Commit { id } | Abort { id }
 *                | OpenSession { millis } | KeepAlive { session } | CloseSession { session }
 *                | Watermark { min_retained_ts }
 *                | Clock { at_least }                       0: to the leader's clock
 *                | Fence                                    only with once
 *                | Upload { upload, first, chunk..., idle_millis }       upload 0: a new one
 *                | FinishUpload { upload, key, chunks, length, checksum, expire_at }
 *                | AbortUpload { upload }
 *   once         = session, sequence, acknowledged_below    0: nothing is said
 *   next         = skipped, acknowledged_more               see below
 *   transaction  = start_ts, mutation..., read_key..., read_range(start?, end?)...
 *   id           = high, low                                128 bits, made by who begins it
 *   mutation     = key, put(value), expire_at               expire_at 0: never
 *                | key, delete(true)
 *   reply        = version, term, index, outcome...         one outcome a request, in order
 *                | version, term, index, already_applied    replayed: no outcomes
 *   outcome      = committed_ts | prepared_ts | aborted_ts
 *                | already_committed_ts | already_aborted
 *                | conflict(kind, key) | locked(key, holder id) | start_too_old(oldest)
 *                | not_prepared | invalid(why)
 *                | duplicate(outcome, term, index) | fenced
 *                | session_unknown | sequence_forgotten(oldest)
 *                | upload_unknown | uploads_open(count)
 * </pre>
 *
 * <p>What the requests do, and which outcome says what, is specified in the package {@code
 * io.kvorum.fsm.interpret}. A request about a session carries neither {@code once} nor {@code
 * next}, and a duplicate holds no duplicate.
 *
 * <p>Two protobuf messages laid end to end are one message that has the fields of both, so the
 * leader joins the commands that come together into one entry, and appends its clock hint, without
 * encoding a client's part again. Requests of one session that come together name it once: a {@code
 * next} stands for a {@code once} with the session of the last request before it in the command
 * that has either, its sequence + 1 + skipped, and its acknowledged_below + acknowledged_more. The
 * last value of a field wins: a hint that a client wrote itself has no effect, and is refused if it
 * is more than a second ahead of the leader's clock; whoever has seen a timestamp and wants the log
 * to be past it sends a Clock.
 *
 * <p>Rules:
 *
 * <ol>
 *   <li>A command carries at least one request. Its requests are carried out in order, each with an
 *       outcome of its own; one that is refused leaves its neighbours alone.
 *   <li>The leader decodes a command before it enters the log and refuses what does not decode. A
 *       replica that meets bytes in its log that do not decode has damaged bytes and stops.
 *   <li>A field, request, mutation or outcome that this version does not know makes a command or
 *       reply malformed if it says that it is of a known version. A meaning is added with a new
 *       version number only; a number once used is never used for something else.
 *   <li>A replica that meets a command of a newer version stops before it applies anything of it:
 *       guessing would let it differ from the others.
 * </ol>
 *
 * <p>Versions: 1, the first. It had the requests Write and DeletePrefix, and got the others before
 * any release was made.
 */
@NullMarked
package io.kvorum.fsm.wire;

import org.jspecify.annotations.NullMarked;
