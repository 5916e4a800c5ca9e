// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreOptions;
import io.kvorum.fsm.wire.CommandPart;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Request;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LargeWriteTest {

  private static final int HEAD_ROOM_BYTES = 64 * 1024;

  /** Whatever the settings, with the longest key, and numbers that take as many bytes as can be. */
  @Test
  void theLongestEntriesOfAStreamHaveHeadRoom() {
    NodeBuilder builder = new NodeBuilder();
    builder.dataDir(Path.of("x")).storeOptions(StoreOptions.defaults().withMaxValueBytes(1));
    int limit = builder.settings().maxCommandBytes();
    byte[] chunk = new byte[LargeWrite.CHUNK_BYTES];
    List<Request> requests =
        List.of(
            new Request.Upload(
                -1, -1, Collections.nCopies(LargeWrite.PART_CHUNKS, chunk), Long.MAX_VALUE),
            new Request.FinishUpload(
                -1, new byte[MvccStore.MAX_KEY_BYTES], -1, -1, -1, Long.MAX_VALUE),
            new Request.AbortUpload(-1));
    for (Request request : requests) {
      int longest = CommandPart.once(Commands.request(request), -1, -1, -1).command().size();
      assertThat(longest).isLessThanOrEqualTo(limit - HEAD_ROOM_BYTES);
      assertThat(longest).as("one G1 region").isLessThanOrEqualTo(1_000_000);
    }
  }
}
