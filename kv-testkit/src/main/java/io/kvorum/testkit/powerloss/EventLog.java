// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Reads the log that {@code recorder.c} wrote; the grammar stands at its head. */
final class EventLog {

  private static final int HEADER_BYTES = 40;
  private static final Event.Kind[] KINDS = Event.Kind.values();

  private EventLog() {}

  /** All whole events; a cut last one is left out, because its call never returned. */
  static List<Event> read(Path log) throws IOException {
    List<Event> events = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
      ByteBuffer in = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      in.order(ByteOrder.nativeOrder());
      while (in.remaining() >= HEADER_BYTES) {
        int type = in.getInt();
        int flags = in.getInt();
        long file = in.getLong();
        long offset = in.getLong();
        long length = in.getLong();
        int n1 = in.getInt();
        int n2 = in.getInt();
        if (type < 1 || type > KINDS.length || n1 < 0 || n2 < 0) {
          throw new IOException("not a record at byte " + (in.position() - HEADER_BYTES));
        }
        if (in.remaining() < (long) n1 + n2) {
          break;
        }
        byte[] first = new byte[n1];
        byte[] second = new byte[n2];
        in.get(first).get(second);
        events.add(new Event(KINDS[type - 1], flags, file, offset, length, first, second));
      }
    }
    if (events.isEmpty() || events.get(0).kind() != Event.Kind.ROOT) {
      throw new IOException("the child was not recorded: no root in " + log);
    }
    return events;
  }
}
