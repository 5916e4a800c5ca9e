// SPDX-License-Identifier: Apache-2.0
/** jgroups-raft: three channels in this JVM with a map in memory, asked at the leader. */
@NullMarked
package io.kvorum.bench.peer.jgroups;

import org.jspecify.annotations.NullMarked;
