// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.log;

import io.kvorum.api.StoreFailedException;
import io.kvorum.fsm.LogTail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps the newest entries of the log below a checkpoint, bounded twice. Only whole segments are
 * ever removed, so up to one more stays.
 *
 * @param directory of the log; a StoreFailedException says that it cannot be listed
 * @param entries that may stay at most
 * @param bytes that the closed segments behind the purged ones may have at most; the open one has
 *     its length in advance
 */
public record BoundedTail(Path directory, long entries, long bytes) implements LogTail {

  @Override
  public long purgeTo(long checkpoint) {
    long byBytes;
    try {
      byBytes = byBytes();
    } catch (IOException e) {
      throw new StoreFailedException(
          "the Raft log in " + directory + " cannot be listed: " + e.getMessage(), e);
    }
    return Math.min(checkpoint, Math.max(checkpoint - entries, byBytes));
  }

  /* The files are what the disk holds, so it is right after a restart too. */
  private long byBytes() throws IOException {
    List<Segment> segments = Segment.in(directory);
    long sum = 0;
    for (int i = segments.size() - 1; i >= 0; i--) {
      Segment segment = segments.get(i);
      if (!segment.isOpen()) {
        sum += segment.file().toFile().length(); // 0 when it has just been purged
        if (sum > bytes) {
          return segment.end();
        }
      }
    }
    return -1;
  }
}
