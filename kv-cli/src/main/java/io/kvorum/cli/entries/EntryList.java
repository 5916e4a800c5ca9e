// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.entries;

import io.kvorum.api.KeyValue;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A list of entries in a file, for another process to check; see the package for its grammar. */
public final class EntryList {

  private static final int END = -1;

  private EntryList() {}

  /** Writes the list, over an older one. */
  public static void write(Path file, List<KeyValue> entries) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (KeyValue entry : entries) {
        out.writeInt(entry.key().length);
        out.write(entry.key());
        out.writeInt(entry.value().length);
        out.write(entry.value());
      }
      out.writeInt(END);
    }
  }

  /**
   * Hands over each entry in turn.
   *
   * @throws IOException also if the list is cut
   */
  public static void forEach(Path file, Consumer<KeyValue> action) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (int keyLength = in.readInt(); keyLength != END; keyLength = in.readInt()) {
        byte[] key = bytes(in, keyLength);
        action.accept(new KeyValue(key, bytes(in, in.readInt())));
      }
    }
  }

  private static byte[] bytes(DataInputStream in, int length) throws IOException {
    byte[] bytes = length < 0 ? new byte[0] : in.readNBytes(length);
    if (bytes.length != length) {
      throw new IOException("the list of entries is damaged: " + length + " bytes announced");
    }
    return bytes;
  }
}
