// SPDX-License-Identifier: Apache-2.0
/** What both stores share: argument checks and conflict counters. */
@NullMarked
package io.kvorum.store;

import org.jspecify.annotations.NullMarked;
