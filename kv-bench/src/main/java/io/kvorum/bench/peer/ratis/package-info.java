// SPDX-License-Identifier: Apache-2.0
/** Ratis with an empty state machine: what consensus alone can do here. */
@NullMarked
package io.kvorum.bench.peer.ratis;

import org.jspecify.annotations.NullMarked;
