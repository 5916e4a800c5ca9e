// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv bench compare}: Kvorum beside its peers and beside the ceilings of consensus and of
 * storage, in one run on one machine.
 *
 * <p>Each system runs in a process of its own for the whole run, idle while another is measured. A
 * case is measured on one system after the other before the next case, round after round, the order
 * of the systems turned by one each round: what the machine does meanwhile hits all of them alike.
 */
@NullMarked
package io.kvorum.bench.compare;

import org.jspecify.annotations.NullMarked;
