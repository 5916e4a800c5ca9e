// SPDX-License-Identifier: Apache-2.0
/** Kvorum, in each of its modes. */
@NullMarked
package io.kvorum.bench.peer.kvorum;

import org.jspecify.annotations.NullMarked;
