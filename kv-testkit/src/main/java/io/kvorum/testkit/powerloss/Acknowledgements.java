// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * How a child says what it has promised. When {@link #record} returns in a recorded child, the
 * acknowledgement is in the record, after everything the calling thread did before; in a child that
 * was given a file, it is in the file and outlives the child. All threads.
 *
 * <pre>{@code
 * try (FileChannel file = open(root.resolve("b.tmp"))) {
 *   write(file, 'z', 100);
 *   file.force(true);
 * }
 * Files.move(root.resolve("b.tmp"), root.resolve("b"), StandardCopyOption.ATOMIC_MOVE);
 * acks.record("renamed"); // of Acknowledgements.open(), in the recorded child
 * force(root);
 * acks.record("rename synced");
 * }</pre>
 */
public final class Acknowledgements implements AutoCloseable {

  /** The environment variable that {@link Recorder#prepare} sets for the child. */
  static final String ENVIRONMENT = "KVORUM_RECORDER_ACK";

  private static final String FILE_ENVIRONMENT = "KVORUM_ACKNOWLEDGEMENTS";

  private final FileChannel channel;
  private final boolean recorded;

  private Acknowledgements(FileChannel channel, boolean recorded) {
    this.channel = channel;
    this.recorded = recorded;
  }

  /** Has the process that will be started acknowledge into a file. */
  static void into(ProcessBuilder process, Path file) {
    process.environment().put(FILE_ENVIRONMENT, file.toString());
  }

  /** What was acknowledged into a file, in order; one that was cut short is left out. */
  public static List<byte[]> read(Path file) throws IOException {
    List<byte[]> all = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
    while (in.remaining() >= Integer.BYTES) {
      byte[] next = new byte[in.getInt()];
      if (in.remaining() < next.length) {
        break;
      }
      in.get(next);
      all.add(next);
    }
    return all;
  }

  /** Writes a file that {@link #read} reads. */
  public static void write(Path file, List<byte[]> all) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] each : all) {
      bytes.writeBytes(framed(each).array());
    }
    Files.write(file, bytes.toByteArray());
  }

  private static ByteBuffer framed(byte[] what) {
    return ByteBuffer.allocate(Integer.BYTES + what.length).putInt(what.length).put(what).flip();
  }

  /**
   * Opens them in a child that {@link Recorder#prepare} has prepared or that was given a file.
   *
   * @throws IllegalStateException in any other process
   */
  public static Acknowledgements open() {
    String record = System.getenv(ENVIRONMENT);
    String file = System.getenv(FILE_ENVIRONMENT);
    try {
      if (record != null) {
        return new Acknowledgements(
            FileChannel.open(Path.of(record), StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            true);
      } else if (file != null) {
        return new Acknowledgements(
            FileChannel.open(Path.of(file), StandardOpenOption.APPEND), false);
      }
      throw new IllegalStateException(
          "nobody listens: neither " + ENVIRONMENT + " nor " + FILE_ENVIRONMENT + " is set");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records one acknowledgement of at least one byte. The array is not kept. */
  public void record(byte[] what) {
    if (what.length == 0) {
      throw new IllegalArgumentException("an acknowledgement needs at least one byte");
    }
    try {
      // One write each: the recorder makes a record of it; in a file they are appended.
      ByteBuffer bytes = recorded ? ByteBuffer.wrap(what) : framed(what);
      int length = bytes.remaining();
      int written = recorded ? channel.write(bytes, 0) : channel.write(bytes);
      if (written != length) {
        throw new IOException("acknowledged " + written + " of " + length + " bytes");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #record(byte[])}, in UTF-8. */
  public void record(String what) {
    record(what.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
