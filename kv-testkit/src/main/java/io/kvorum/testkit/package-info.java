// SPDX-License-Identifier: Apache-2.0
/** What tests of Kvorum, and of programs that embed it, have in common. */
@NullMarked
package io.kvorum.testkit;

import org.jspecify.annotations.NullMarked;
