// SPDX-License-Identifier: Apache-2.0
/** What both stores share: argument checks, conflict counters, and the budget of memory. */
@NullMarked
package io.kvorum.store;

import org.jspecify.annotations.NullMarked;
