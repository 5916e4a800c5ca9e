// SPDX-License-Identifier: Apache-2.0
/**
 * What the benchmarks that run under JMH share: their options, folders and failure. Folders and
 * failure are those of other benchmarks too.
 */
@NullMarked
package io.kvorum.bench.jmh;

import org.jspecify.annotations.NullMarked;
