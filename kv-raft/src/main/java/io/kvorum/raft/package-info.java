// SPDX-License-Identifier: Apache-2.0
/** The embedded replica. {@link io.kvorum.raft.KvNode} is where to begin. */
@NullMarked
package io.kvorum.raft;

import org.jspecify.annotations.NullMarked;
