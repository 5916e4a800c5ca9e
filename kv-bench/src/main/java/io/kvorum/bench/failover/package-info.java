// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv bench failover}: how long a group of three JVMs acknowledges no write when its leader
 * is killed, paused, or hands over, and whether anything acknowledged is lost or applied twice.
 *
 * <p>Writers at the replicas that stay write one unique key after the other. The figure is the
 * longest pause between two acknowledgements, of any of them, around the fault. A watch from the
 * first commit on is the judge at the end: every acknowledged key must have been written once, at
 * the timestamp that was acknowledged.
 */
@NullMarked
package io.kvorum.bench.failover;

import org.jspecify.annotations.NullMarked;
