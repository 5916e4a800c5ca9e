// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.badinput;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.store.contract.BrokenInput;
import io.kvorum.store.contract.StoreSuite;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;

/** The rows about snapshots and checkpoints of one store. Nulls are handed in on purpose. */
@NullUnmarked
final class StreamInputs {

  private final CheckpointableStore store;
  private final Path dir;
  private final byte[] stream;

  /** The directory is an existing one of the test. */
  StreamInputs(CheckpointableStore store, Path dir) {
    this.store = store;
    this.dir = dir;
    this.stream = StoreSuite.state(store);
  }

  List<BadInput> rows() {
    Path occupied = directory("occupied");
    return List.of(
        new BadInput("restore", "in null", () -> store.restore(null)),
        restore("empty", bytes -> new byte[0]),
        restore("some text", bytes -> "some text, no stream".getBytes(StandardCharsets.US_ASCII)),
        restore("format version 9", bytes -> with(bytes, 11, 9)),
        restore("cut in its header", bytes -> Arrays.copyOf(bytes, 20)),
        restore("cut in a record", bytes -> Arrays.copyOf(bytes, 60)),
        restore("without its last byte", bytes -> Arrays.copyOf(bytes, bytes.length - 1)),
        restore("a byte behind its end", bytes -> Arrays.copyOf(bytes, bytes.length + 1)),
        restore("a changed header", bytes -> with(bytes, 40, bytes[40] ^ 1)),
        restore("a changed record", bytes -> with(bytes, 60, bytes[60] ^ 1)),
        restore(
            "a changed digest",
            bytes -> with(bytes, bytes.length - 1, bytes[bytes.length - 1] ^ 1)),
        new BadInput(
            "restore", "fails half way", () -> store.restore(BrokenInput.behind(stream, 60))),
        new BadInput("MvccSnapshot.writeTo", "out null", () -> writeTo(null)),
        new BadInput(
            "MvccSnapshot.writeTo",
            "out fails",
            () ->
                writeTo(
                    new OutputStream() {
                      @Override
                      public void write(int b) throws IOException {
                        throw new IOException("no more");
                      }
                    })),
        new BadInput("checkpoint", "dir null", () -> store.checkpoint(null)),
        new BadInput("checkpoint", "dir exists", () -> store.checkpoint(occupied)),
        new BadInput(
            "checkpoint", "its parent is missing", () -> store.checkpoint(dir.resolve("no/dir"))),
        new BadInput("installCheckpoint", "dir null", () -> store.installCheckpoint(null)),
        new BadInput(
            "installCheckpoint", "dir missing", () -> store.installCheckpoint(dir.resolve("no"))));
  }

  private BadInput restore(String input, UnaryOperator<byte[]> change) {
    return new BadInput(
        "restore",
        "a stream: " + input,
        () -> store.restore(new ByteArrayInputStream(change.apply(stream.clone()))));
  }

  private void writeTo(OutputStream out) {
    try (MvccSnapshot snapshot = store.snapshot()) {
      snapshot.writeTo(out);
    }
  }

  private static byte[] with(byte[] bytes, int index, int value) {
    bytes[index] = (byte) value;
    return bytes;
  }

  private Path directory(String name) {
    try {
      return Files.createDirectory(dir.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
