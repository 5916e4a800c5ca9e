// SPDX-License-Identifier: Apache-2.0
/**
 * Checks a store on disk, offline, against the specification of its bytes in {@link
 * io.kvorum.store.codec}: every checksum, every record, every invariant of the format. It changes
 * nothing.
 */
@NullMarked
package io.kvorum.store.check;

import org.jspecify.annotations.NullMarked;
