// SPDX-License-Identifier: Apache-2.0
/** RocksDB without the store: what the store is compared with. */
@NullMarked
package io.kvorum.bench.store.raw;

import org.jspecify.annotations.NullMarked;
