// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commands and what becomes of them, as text that a reviewer can compare. {@code
 * -Dgolden.update=true} writes the files anew. A store must not make a difference.
 */
final class InterpreterGoldenTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden");

  @TempDir Path dir;

  private final StringBuilder transcript = new StringBuilder();
  private long index = -1;

  @ParameterizedTest
  @EnumSource
  void timestamps(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      play(store, new Command(0, List.of(put("a", "first"))));
      play(store, new Command(100, List.of(put("a", "hint ahead"), put("b", "next"))));
      play(store, new Command(50, List.of(put("a", "hint behind"))));
      play(store, new Command(Long.MAX_VALUE - 1, List.of(put("c", "x"), put("d", "the last"))));
      play(store, new Command(200, List.of(put("e", "none left"), deletePrefix("", null))));
    }
    compare("timestamps.txt");
  }

  @ParameterizedTest
  @EnumSource
  void refusalsLeaveTheirNeighboursAlone(StoreKind kind) throws IOException {
    String tooLong = "x".repeat(1001);
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      play(
          store,
          new Command(
              10,
              List.of(
                  put("a", "1"),
                  put("", "empty key"),
                  new Request.Write(List.of()),
                  new Request.Write(List.of(mutation("half", "1"), mutation("half", tooLong))),
                  put("b", "2"))));
      play(store, new Command(10, List.of(put("k".repeat(70_000), "long key"))));
    }
    compare("refusals.txt");
  }

  @ParameterizedTest
  @EnumSource
  void writesAndDeletes(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      play(
          store,
          new Command(
              0,
              List.of(
                  new Request.Write(
                      List.of(
                          mutation("a", "overwritten"),
                          mutation("a/1", "1"),
                          mutation("a/2", "2"),
                          mutation("b", ""),
                          mutation("a", "last wins"))))));
      play(store, new Command(0, List.of(new Request.Write(List.of(Mutation.delete(bytes("b")))))));
      play(store, new Command(0, List.of(deletePrefix("a/", "a/2"))));
      play(
          store,
          new Command(
              0,
              List.of(
                  new Request.Write(List.of(Mutation.put(bytes("t"), bytes("short-lived"), 6))),
                  put("u", "later"),
                  deletePrefix("none", null))));
      play(store, new Command(0, List.of(put("in the group", "x"), deletePrefix("", "u"))));
    }
    compare("writes.txt");
  }

  private void play(CheckpointableStore store, Command command) {
    index++;
    transcript.append("entry ").append(index).append(", hint ").append(command.clockHint());
    transcript.append('\n');
    try (RaftBatch batch = store.openRaftBatch()) {
      List<?> outcomes = CommandInterpreter.interpret(batch, command);
      for (int i = 0; i < outcomes.size(); i++) {
        transcript.append("  ").append(text(command.requests().get(i))).append('\n');
        transcript.append("    -> ").append(outcomes.get(i)).append('\n');
      }
      batch.commit(Replica.at(index));
    }
    transcript.append("  visible, lastCommitTs ").append(store.lastCommitTs()).append('\n');
    try (MvccCursor cursor = store.openCursor(KeyRange.all(), store.lastCommitTs(), false)) {
      while (cursor.next()) {
        transcript.append("    ").append(shown(cursor.key())).append(" = ");
        transcript.append(shown(cursor.value())).append(" @").append(cursor.commitTs());
        transcript.append('\n');
      }
    }
  }

  private void compare(String name) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, transcript, UTF_8);
    }
    assertThat(transcript.toString()).isEqualTo(Files.readString(file, UTF_8));
  }

  private static String text(Request request) {
    if (request instanceof Request.Write write) {
      StringBuilder text = new StringBuilder("write");
      for (Mutation mutation : write.mutations()) {
        text.append(' ').append(shown(mutation.key()));
        if (mutation instanceof Mutation.Put put) {
          text.append('=').append(shown(put.value()));
          text.append(put.expireAt() == 0 ? "" : " until " + put.expireAt());
        } else {
          text.append(" deleted");
        }
      }
      return text.toString();
    }
    Request.DeletePrefix delete = (Request.DeletePrefix) request;
    byte[] excluded = delete.excludePrefix();
    return "delete prefix "
        + shown(delete.prefix())
        + (excluded == null ? "" : " but " + shown(excluded));
  }

  private static String shown(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    if (text.length() > 40) {
      return bytes.length + " bytes";
    }
    boolean plain = text.chars().allMatch(c -> c >= ' ' && c < 127);
    return plain ? "'" + text + "'" : HexFormat.of().formatHex(bytes);
  }

  private static Request put(String key, String value) {
    return new Request.Write(List.of(mutation(key, value)));
  }

  private static Request deletePrefix(String prefix, @Nullable String not) {
    return new Request.DeletePrefix(bytes(prefix), not == null ? null : bytes(not));
  }

  private static Mutation mutation(String key, String value) {
    return Mutation.put(bytes(key), bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
