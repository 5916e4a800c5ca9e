// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.LogPosition;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Commands;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One committed log entry on its way into the store.
 *
 * @param position of the entry
 * @param logData the encoded command; null for an entry without one, of which only the position is
 *     written
 * @param decoded the command, when this replica has decoded it already
 * @param future completes with the encoded reply
 */
record ApplyItem(
    LogPosition position,
    @Nullable ByteString logData,
    @Nullable Command decoded,
    CompletableFuture<Message> future) {

  /* What an entry costs in memory besides its log data, roughly. */
  private static final long OVERHEAD_BYTES = 128;

  static ApplyItem ofCommand(LogPosition position, ByteString logData, @Nullable Command decoded) {
    return new ApplyItem(position, logData, decoded, new CompletableFuture<>());
  }

  static ApplyItem ofPosition(LogPosition position) {
    return new ApplyItem(position, null, null, new CompletableFuture<>());
  }

  /** The command; null for an entry without one. */
  @Nullable Command command() {
    if (logData == null || decoded != null) {
      return decoded;
    }
    return Commands.decode(logData);
  }

  /** What it counts against the limits of the queue and of a group. */
  long bytes() {
    return OVERHEAD_BYTES + (logData == null ? 0 : logData.size());
  }
}
