// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.codec.VersionBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * D6 with failures that the operating system reports: the next log file is a link to a device that
 * takes no bytes, or to one that cannot be synced.
 */
@Timeout(60)
class EngineFailureTest {

  private static final int LOG_NUMBERS = 200;

  @TempDir Path dir;

  private final List<StoreFailedException> told = new ArrayList<>();

  @Test
  void aWriteThatTheDiskDoesNotTakeStopsIt() throws IOException {
    stopsAt("/dev/full", SyncMode.NOSYNC, "No space left");
  }

  @Test
  void aSyncThatFailsStopsIt() throws IOException {
    stopsAt("/dev/null", SyncMode.SYNC, "While fdatasync");
  }

  /** The engine begins a new log, which is the device, and writes until it notices. */
  private void stopsAt(String device, SyncMode mode, String message) throws IOException {
    assumeTrue(Files.exists(Path.of(device)), device + " is missing");
    Path generation = dir.resolve("gen-000001");
    FailStop failStop = new FailStop(generation);
    Engine engine =
        Engine.create(generation, StoreOptions.defaults(), Durability.of(mode), failStop);
    engine.onFailure(told::add);
    write(engine, 1);
    engine.makeDurable();
    linkNextLogs(generation, device);
    assertThatThrownBy(
            () -> {
              engine.database().flush(); // begins the next log
              write(engine, 2);
            })
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining(message);
    assertThat(told).singleElement().satisfies(e -> assertThat(e).hasMessageContaining(message));
    assertThatThrownBy(engine::checkWorking)
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining(message);
    engine.close();
    unlink(generation);
    Engine reopened =
        Engine.open(
            generation, StoreOptions.defaults(), Durability.of(mode), new FailStop(generation));
    try {
      assertThat(reopened.applied()).isEqualTo(new LogPosition(1, 1));
      assertThat(reopened.liveAt(key(1), MvccStore.LATEST)).isNotNull();
      assertThat(reopened.liveAt(key(2), MvccStore.LATEST)).isNull();
    } finally {
      reopened.close();
    }
  }

  private static void write(Engine engine, int index) {
    PendingBatch batch = engine.begin();
    batch.write(key(index), VersionBytes.put(index, key(index), 0));
    engine.commitRaft(batch, new LogPosition(1, index));
  }

  private static void linkNextLogs(Path generation, String device) throws IOException {
    for (int i = 1; i < LOG_NUMBERS; i++) {
      Path log = generation.resolve(String.format("%06d.log", i));
      if (!Files.exists(log)) {
        Files.createSymbolicLink(log, Path.of(device));
      }
    }
  }

  /** The log that was begun has lost everything; there are no later ones. */
  private static void unlink(Path generation) throws IOException {
    boolean first = true;
    for (int i = 1; i < LOG_NUMBERS; i++) {
      Path log = generation.resolve(String.format("%06d.log", i));
      if (Files.isSymbolicLink(log)) {
        Files.delete(log);
        if (first) {
          Files.createFile(log);
          first = false;
        }
      }
    }
  }

  private static byte[] key(int i) {
    return ("k" + i).getBytes(UTF_8);
  }
}
