// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * What conflicts are counted by: the kind, and the first byte of the key, since services lay out
 * their key space by prefix. At most 512 classes exist.
 *
 * <pre>{@code
 * Map<ConflictClass, Long> counts = store.writeConflictCounts();
 * ConflictClass ofUsers = new ConflictClass(ConflictKind.WRITE, (byte) 'u');
 * long conflicts = counts.getOrDefault(ofUsers, 0L);
 * }</pre>
 */
public record ConflictClass(ConflictKind kind, byte firstKeyByte) {}
