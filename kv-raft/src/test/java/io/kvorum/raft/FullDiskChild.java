// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.DiskFullException;
import io.kvorum.api.KvException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;

/** What {@link FullDiskTest} runs on the small disk. */
final class FullDiskChild {

  private static final long RESERVE = 64L << 20;
  private static final long ROOM = 24L << 20;
  private static final int VALUE_BYTES = 100_000;

  private final Path disk;
  private final SyncMode mode;

  private FullDiskChild(Path disk, SyncMode mode) {
    this.disk = disk;
    this.mode = mode;
  }

  public static void main(String[] arguments) throws IOException {
    FullDiskChild child = new FullDiskChild(Path.of(arguments[0]), SyncMode.parse(arguments[1]));
    child.refusesWritesInTimeAndResumesByItself();
    child.aDiskThatIsReallyFullStopsTheReplica();
    System.exit(0);
  }

  private void refusesWritesInTimeAndResumesByItself() throws IOException {
    try (KvNode node = start("first", RESERVE)) {
      Path filler = fill(RESERVE + ROOM);
      int written = writeUntil(node, DiskFullException.class);
      assertThat(written).isPositive();
      assertThat(node.failure()).isEmpty();
      assertThat(node.kv().get(key(0))).hasSize(VALUE_BYTES);
      assertThat(disk.toFile().getUsableSpace()).isPositive();

      Files.delete(filler);
      Awaitility.await()
          .ignoreExceptionsInstanceOf(DiskFullException.class)
          .untilAsserted(() -> node.kv().put(key(written), new byte[VALUE_BYTES]));
      assertThat(node.kv().get(key(written))).hasSize(VALUE_BYTES);
      assertThat(node.failure()).isEmpty();
    }
  }

  /** Without the reserve the disk runs full under the replica: a failure, and nothing is lost. */
  private void aDiskThatIsReallyFullStopsTheReplica() throws IOException {
    Path filler;
    int written;
    KvNode node = start("second", 0);
    try {
      filler = fill(ROOM / 2);
      written = writeUntil(node, KvException.class);
      Awaitility.await().until(() -> node.failure().isPresent());
      assertThatThrownBy(() -> node.kv().put(key(0), key(0)))
          .isInstanceOf(StoreFailedException.class);
      assertThat(node.failure().orElseThrow()).hasStackTraceContaining("No space left");
    } finally {
      closeFailed(node);
    }
    Files.delete(filler);
    try (KvNode restarted = start("second", 0)) {
      for (int i = 0; i < written; i++) {
        assertThat(restarted.kv().get(key(i))).as("acknowledged write %d", i).hasSize(VALUE_BYTES);
      }
      restarted.kv().put(key(written), new byte[VALUE_BYTES]);
    }
  }

  /** Writes a file that leaves so many bytes free. */
  private Path fill(long leave) throws IOException {
    Path file = disk.resolve("filler");
    byte[] block = new byte[64 * 1024];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (disk.toFile().getUsableSpace() >= leave + block.length) {
        out.write(block);
      }
    }
    return file;
  }

  private static int writeUntil(KvNode node, Class<? extends KvException> end) {
    for (int i = 0; i < 10_000; i++) {
      try {
        node.kv().put(key(i), new byte[VALUE_BYTES]);
      } catch (KvException e) {
        assertThat(e).isInstanceOf(end);
        return i;
      }
    }
    throw new AssertionError("the disk did not run full");
  }

  /** What could not be flushed is told once more. */
  private static void closeFailed(KvNode node) {
    try {
      node.close();
    } catch (KvException e) {
      assertThat(e).isInstanceOf(StoreFailedException.class);
    }
  }

  private KvNode start(String name, long reserve) {
    return KvNode.builder()
        .dataDir(disk.resolve(name))
        .fsmSyncMode(mode)
        .storeOptions(
            StoreOptions.defaults().withMaxValueBytes(1 << 20).withMemoryBudget(96L << 20))
        .maxInFlight(16, 1 << 20)
        .diskReserve(reserve)
        .start();
  }

  private static byte[] key(int i) {
    return ("key-" + i).getBytes(UTF_8);
  }
}
