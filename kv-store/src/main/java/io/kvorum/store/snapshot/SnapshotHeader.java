// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;

/**
 * What a snapshot stream says about its store, besides the versions.
 *
 * @param applied position of the last log entry the store had applied
 * @param lastCommitTs highest commit timestamp ever written, 0 or more
 * @param minRetainedTs the watermark, 0 or more
 */
public record SnapshotHeader(LogPosition applied, long lastCommitTs, long minRetainedTs) {

  public SnapshotHeader {
    if (lastCommitTs < 0 || minRetainedTs < 0) {
      throw new InvalidArgumentException(
          "lastCommitTs " + lastCommitTs + " or minRetainedTs " + minRetainedTs + " is negative");
    }
  }
}
