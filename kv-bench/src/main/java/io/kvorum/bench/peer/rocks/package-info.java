// SPDX-License-Identifier: Apache-2.0
/** RocksDB alone, without replication: what storage alone can do here. */
@NullMarked
package io.kvorum.bench.peer.rocks;

import org.jspecify.annotations.NullMarked;
