// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * A write that is committed: durable on a majority of the replicas and applied where it was
 * answered.
 *
 * @param timestamp its commit timestamp: what it wrote is visible from here on
 * @param position the place of its entry in the log
 */
public record Commit(long timestamp, LogPosition position) {}
