// SPDX-License-Identifier: Apache-2.0
/**
 * Replicas in processes of their own, so that they can be killed and paused, and the handles their
 * parent has on them. {@link io.kvorum.testkit.process.ProcessCluster} is where to begin.
 *
 * <p>Parent and child speak lines of ASCII over the child's stdin and stdout. Questions carry a
 * number and may be answered in any order:
 *
 * <pre>
 * question = number word *argument
 * answer   = number "OK" *result | number "ERROR" kind sentence
 *
 *   child, once, at its start      0 OK READY
 *   STATUS                         term index leader          leader: an id, or - for none
 *   HASH                           term index sha256
 *   TRANSFER millis peer
 *   WRITE millis *mutation         timestamp term index       mutation: p key value | d key
 *   DELETE-PREFIX millis prefix    timestamp term index
 *   GET millis read key            - | value
 *   SCAN millis read start end limit
 *                                  *( key value )             start, end: ~ is unbounded
 *   TRANSACT millis reads *key scans *( start end limit ) *mutation
 *                                  readTs *( - | value ) *( entries *( key value ) ) commit
 *   WATCH millis start end limit afterTs
 *                                  *event                    as many as come in that time
 *   LOCAL-GET key                  - | value                  of this copy, however old
 *   STOP                           then the child closes its replica and exits
 *
 * reads, scans, entries: how many follow; commit: - for none, or timestamp term index
 * read     = linearizable | lease | at-least:timestamp | at:timestamp | stale:millis
 * event    = @timestamp *( p key value | d key | x prefix )
 * </pre>
 *
 * Arguments are separated by one space and begin with {@code =} where they hold bytes, which are
 * percent-encoded as in a web form. {@code kind} is the simple name of an exception. A program that
 * embeds the child's side can add words of its own.
 *
 * <p>The child ends when its stdin does, so that none is left behind by a parent that died; while
 * it is paused, a guard process kills it then.
 */
@NullMarked
package io.kvorum.testkit.process;

import org.jspecify.annotations.NullMarked;
