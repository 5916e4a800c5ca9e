// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.badinput;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * One row of the table of bad input.
 *
 * @param call what is called, as the table names it
 * @param input what is wrong with its arguments, as the table says it
 * @param attempt the call, which must be refused
 */
public record BadInput(String call, String input, ThrowingCallable attempt) {}
