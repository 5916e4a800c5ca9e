// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv bench}: measurements that a reader can repeat. Each subcommand prints a table on stdout
 * and leaves the raw numbers and a plot in a folder. A benchmark is never run as a test.
 */
@NullMarked
package io.kvorum.bench;

import org.jspecify.annotations.NullMarked;
