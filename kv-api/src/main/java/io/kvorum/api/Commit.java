// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * A write that is committed: durable on a majority of the replicas and applied on the leader.
 *
 * <pre>{@code
 * Commit commit = kv.put(key, value);
 * byte[] own = there.kv().get(key, ReadOptions.atLeast(commit.timestamp()));
 * LogPosition applied = there.awaitApplied(commit.position().index(), Duration.ofSeconds(10));
 * }</pre>
 *
 * @param timestamp its commit timestamp: what it wrote is visible from here on
 * @param position the place of its entry in the log
 */
public record Commit(long timestamp, LogPosition position) {}
