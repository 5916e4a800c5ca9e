// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Writes plain files in every way that matters, and acknowledges each step by its name. */
final class PlainFilesChild {

  private PlainFilesChild() {}

  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    try (Acknowledgements acks = Acknowledgements.open()) {
      try (FileChannel file = open(root.resolve("a"))) {
        write(file, 'x', 10_000);
        file.force(true);
        force(root);
        acks.record("synced");
        write(file, 'y', 10_000);
        acks.record("unsynced");
        file.truncate(5_000);
        acks.record("truncated");
        file.force(true);
        acks.record("truncation synced");
      }
      // javadoc: Acknowledgements
      try (FileChannel file = open(root.resolve("b.tmp"))) {
        write(file, 'z', 100);
        file.force(true);
      }
      Files.move(root.resolve("b.tmp"), root.resolve("b"), StandardCopyOption.ATOMIC_MOVE);
      acks.record("renamed"); // of Acknowledgements.open(), in the recorded child
      force(root);
      acks.record("rename synced");
      // javadoc ends
      Files.createDirectory(root.resolve("d"));
      Files.copy(root.resolve("a"), root.resolve("d/copy"));
      Files.createLink(root.resolve("d/link"), root.resolve("b"));
      Files.delete(root.resolve("b"));
      acks.record("end");
    }
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static void write(FileChannel file, char what, int count) throws IOException {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) what);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
