// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

/**
 * Where a replaced version stands: the undo record, by its due timestamp and sequence, and the
 * place in it.
 */
public record UndoRef(long dueTs, long sequence, int index) {}
