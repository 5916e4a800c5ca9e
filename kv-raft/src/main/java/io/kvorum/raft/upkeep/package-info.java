// SPDX-License-Identifier: Apache-2.0
/**
 * What a replica does as time passes, without being asked: old versions go, and what expires does,
 * in a group that nobody writes to as well.
 *
 * <p><b>The watermark</b> is raised by the log, so that replicas refuse the same reads and the same
 * transactions. The leader proposes it: the time of the log, or its own clock if that is later,
 * less its {@code retention}. So the setting of the replica that leads counts; give all the same.
 * It proposes nothing while nothing could be collected by it ({@code Due}), so the log of an idle
 * group does not grow. A reader that has opened a cursor or a snapshot keeps what it sees; reads
 * and watches at a timestamp that the watermark has passed are refused, and a transaction that
 * began before it.
 *
 * <p><b>Large values</b> whose versions the watermark has passed go by the log too, a bounded part
 * with each watermark entry, so the leader proposes the watermark that is in force until all were
 * looked at.
 *
 * <p><b>The collection</b> of what the watermark has passed is each replica's own business: it
 * changes no answer above the watermark and nothing that the log decides, so replicas may be at
 * different points of it ({@code Collection}).
 *
 * <p>One thread for each node, which waits with a bound and holds up nobody: not the thread that
 * applies the log, and for no longer than a small batch those that write to the store.
 */
@NullMarked
package io.kvorum.raft.upkeep;

import org.jspecify.annotations.NullMarked;
