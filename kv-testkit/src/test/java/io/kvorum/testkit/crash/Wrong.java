// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

/** What a {@link StoreChild} does wrong, so that the judge must find a loss: the controls. */
enum Wrong {
  NOTHING,
  /** Direct writes are not fsynced. */
  RELAXED_DIRECT,
  /** The data of a group is one write, its position the next. */
  POSITION_APART,
  /** The position that was applied is reported, and nothing is made durable for it. */
  REPORTS_APPLIED,
  /** The position is reported, so that the log may be purged, before the checkpoint is taken. */
  PURGES_FIRST
}
