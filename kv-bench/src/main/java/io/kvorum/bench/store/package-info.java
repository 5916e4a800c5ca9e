// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv bench store}: each operation of the store on RocksDB beside the raw RocksDB operation
 * that it cannot beat, in one run.
 *
 * <p>Both sides open the same files, one after the other, with the same options and a cache that
 * holds everything ({@link io.kvorum.bench.store.Data}); one thread, nosync. What the raw side does
 * stands in {@link io.kvorum.bench.store.StoreRow} and beside each method whose name ends in Raw.
 */
@NullMarked
package io.kvorum.bench.store;

import org.jspecify.annotations.NullMarked;
