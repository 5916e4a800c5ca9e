// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.LogPosition;

/**
 * A fingerprint of a replica's state. Replicas that have applied the same log up to the same
 * position have the same one.
 *
 * <pre>{@code
 * ReplicaHash mine = here.hash();
 * ReplicaHash other = there.hash();
 * boolean diverged =
 *     mine.position().equals(other.position()) && !mine.sha256().equals(other.sha256());
 * }</pre>
 *
 * @param position what the replica had applied
 * @param sha256 of the snapshot stream at that position, as 64 lower-case hexadecimal digits
 */
public record ReplicaHash(LogPosition position, String sha256) {}
