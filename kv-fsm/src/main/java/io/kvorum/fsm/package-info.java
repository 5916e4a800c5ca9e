// SPDX-License-Identifier: Apache-2.0
/** The replicated state machine. */
@NullMarked
package io.kvorum.fsm;

import org.jspecify.annotations.NullMarked;
