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
 *   request      = Write { mutation... }                    all at one commit timestamp
 *                | DeletePrefix { prefix, exclude_prefix? }
 *   mutation     = key, put(value), expire_at               expire_at 0: never
 *                | key, delete(true)
 *   reply        = version, term, index, outcome...         one outcome a request, in order
 *                | version, term, index, already_applied    replayed: no outcomes
 *   outcome      = committed_ts | conflict(kind, key) | invalid(why)
 * </pre>
 *
 * <p>Two protobuf messages laid end to end are one message that has the fields of both, so the
 * leader joins the commands that come together into one entry, and appends its clock hint, without
 * encoding a client's part again. The last value of a field wins: a hint that a client wrote itself
 * has no effect.
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
 * <p>Versions: 1, the first, has the requests Write and DeletePrefix. Field numbers 3 to 9 of a
 * request and 4 to 7 of an outcome are kept free for transactions, sessions, the watermark and the
 * clock.
 */
@NullMarked
package io.kvorum.fsm.wire;

import org.jspecify.annotations.NullMarked;
