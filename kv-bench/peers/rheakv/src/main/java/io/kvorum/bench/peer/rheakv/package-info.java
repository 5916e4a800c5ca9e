// SPDX-License-Identifier: Apache-2.0
/** SOFAJRaft's RheaKV: three stores in this JVM, asked at the one that leads. */
@NullMarked
package io.kvorum.bench.peer.rheakv;

import org.jspecify.annotations.NullMarked;
