// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv bench load}: the load driver on a cluster of Kvorum, all replicas in this JVM, on
 * loopback, with real fsync. The table goes to stdout, progress to stderr; JSON into a file.
 */
@NullMarked
package io.kvorum.bench.load;

import org.jspecify.annotations.NullMarked;
