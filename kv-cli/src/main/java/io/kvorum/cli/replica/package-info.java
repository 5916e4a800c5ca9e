// SPDX-License-Identifier: Apache-2.0
/**
 * A replica of a demo in a process of its own. Parent and child speak as {@link
 * io.kvorum.testkit.process} says, with one word more:
 *
 * <pre>
 *   VERIFY index path              checked lost             after the entry with index is applied
 * </pre>
 */
@NullMarked
package io.kvorum.cli.replica;

import org.jspecify.annotations.NullMarked;
