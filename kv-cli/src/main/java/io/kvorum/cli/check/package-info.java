// SPDX-License-Identifier: Apache-2.0
/** {@code kv check}: verifies a store, or all that a replica has stored. */
@NullMarked
package io.kvorum.cli.check;

import org.jspecify.annotations.NullMarked;
