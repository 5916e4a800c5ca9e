// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How a recorded child says what it has promised. When {@link #record} returns, the acknowledgement
 * is in the record, after everything the calling thread did before. All threads.
 */
public final class Acknowledgements implements AutoCloseable {

  /** The environment variable that {@link Recorder#prepare} sets for the child. */
  static final String ENVIRONMENT = "KVORUM_RECORDER_ACK";

  private final FileChannel channel;

  private Acknowledgements(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens them in a child that {@link Recorder#prepare} has prepared.
   *
   * @throws IllegalStateException in any other process
   */
  public static Acknowledgements open() {
    String path = System.getenv(ENVIRONMENT);
    if (path == null) {
      throw new IllegalStateException("this process is not recorded: " + ENVIRONMENT + " is unset");
    }
    try {
      return new Acknowledgements(
          FileChannel.open(Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
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
      // Absolute writes: the recorder stores each as a record, the position means nothing.
      int written = channel.write(ByteBuffer.wrap(what), 0);
      if (written != what.length) {
        throw new IOException("acknowledged " + written + " of " + what.length + " bytes");
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
