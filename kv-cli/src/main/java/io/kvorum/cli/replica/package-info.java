// SPDX-License-Identifier: Apache-2.0
/**
 * A replica in a process of its own, and the handle its parent has on it.
 *
 * <p>Parent and child speak lines of ASCII over the child's stdin and stdout, one answer to each
 * question:
 *
 * <pre>
 *   child, once, at its start   READY | FAILED sentence
 *   STATUS                      OK term index leader        leader: an id, or - for none
 *   VERIFY index path           OK checked lost             after the entry with index is applied
 *   HASH                        OK term index sha256
 *   STOP                        OK, then the child closes its replica and exits
 *   any question                ERROR sentence              it could not be answered
 * </pre>
 *
 * The child ends when its stdin does, so that none is left behind by a parent that died.
 */
@NullMarked
package io.kvorum.cli.replica;

import org.jspecify.annotations.NullMarked;
