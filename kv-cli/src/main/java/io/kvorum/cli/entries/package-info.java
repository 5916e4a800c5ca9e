// SPDX-License-Identifier: Apache-2.0
/**
 * What the demo loads: keys and values from a file or from the JDK, and the list of them that is
 * handed to the replicas for checking.
 *
 * <p>That list is a file:
 *
 * <pre>
 *   list  := entry* end
 *   entry := keyLength(4) key valueLength(4) value     lengths big-endian, 0 or more
 *   end   := -1(4)                                     a list without it is cut, and refused
 * </pre>
 *
 * It lives as long as one run of the demo and has no versions.
 */
@NullMarked
package io.kvorum.cli.entries;

import org.jspecify.annotations.NullMarked;
