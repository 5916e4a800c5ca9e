// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code kv} command.
 *
 * <p>What a command was asked for goes to stdout; progress, warnings and errors go to stderr.
 *
 * <p>Exit codes: 0 the command did what it says; 1 it could not, or found something wrong; 2 its
 * options or its input are not valid, and nothing was started. An error that can be expected is one
 * sentence on stderr; only a bug prints a stack trace.
 *
 * <p>The packages below, in the order in which they depend on each other: {@code demo} on {@code
 * replica} on {@code entries}; {@code check} stands alone.
 */
@NullMarked
package io.kvorum.cli;

import org.jspecify.annotations.NullMarked;
