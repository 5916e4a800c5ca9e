// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvorum.api.ConflictKind;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands and replies of any bytes: refused by type, or read to something that travels again. */
class WireFuzzTest {

  private static final byte[] KEY = {'k', 0, (byte) 0xFF};

  static Stream<byte[]> commands() {
    byte[] write =
        Commands.write(List.of(Mutation.put(KEY, new byte[3], 9), Mutation.delete(KEY)))
            .toByteArray();
    byte[] newer = write.clone();
    newer[1] = 9;
    return Stream.of(
        write,
        Commands.stamp(Commands.deletePrefix(KEY), 77).toByteArray(),
        Arrays.copyOf(write, write.length - 1),
        newer,
        new byte[] {8, 1});
  }

  @MethodSource("commands")
  @FuzzTest
  void command(byte[] bytes) {
    Command command;
    try {
      command = Commands.decode(ByteString.copyFrom(bytes));
    } catch (MalformedCommandException | NewerCommandException e) {
      assertThat(e).hasMessageContaining("command");
      return;
    }
    ByteString again = Commands.stamp(Commands.of(command.requests()), command.clockHint());
    // Requests hold arrays: what they encode to says whether they are the same.
    Command twice = Commands.decode(again);
    assertThat(twice.clockHint()).isEqualTo(command.clockHint());
    assertThat(Commands.of(twice.requests())).isEqualTo(Commands.of(command.requests()));
  }

  static Stream<byte[]> replies() {
    Reply reply =
        new Reply(
            new LogPosition(3, 17),
            true,
            List.of(
                new Outcome.Committed(5),
                new Outcome.Conflict(ConflictKind.READ, KEY),
                new Outcome.Invalid("key is empty")));
    byte[] whole = Replies.encode(reply).toByteArray();
    return Stream.of(whole, Arrays.copyOf(whole, 7), new byte[] {8, 2}, new byte[] {8, 1});
  }

  @MethodSource("replies")
  @FuzzTest
  void reply(byte[] bytes) {
    Reply reply;
    try {
      reply = Replies.decode(ByteString.copyFrom(bytes));
    } catch (MalformedCommandException e) {
      assertThat(e).hasMessageMatching("(?s).*(reply|outcome|conflict).*");
      return;
    }
    assertThat(Replies.decode(Replies.encode(reply))).isEqualTo(reply);
  }

  static Stream<byte[]> remembered() {
    LogPosition position = new LogPosition(3, 17);
    byte[] whole =
        Outcomes.encode(
            new TreeMap<>(
                Map.of(
                    7L, new Outcome.Duplicate(new Outcome.Committed(5), position),
                    9L, new Outcome.Duplicate(new Outcome.Fenced(), position))));
    return Stream.of(
        whole,
        Arrays.copyOf(whole, whole.length - 1),
        new byte[] {10, 1, 7}, // a sequence without an outcome
        new byte[] {18, 0}, // an outcome without a sequence
        new byte[0]);
  }

  @MethodSource("remembered")
  @FuzzTest
  void remembered(byte[] bytes) {
    NavigableMap<Long, Outcome.Duplicate> outcomes;
    try {
      outcomes = Outcomes.decode(bytes);
    } catch (MalformedCommandException e) {
      assertThat(e).hasMessageMatching("(?s).*(outcome|conflict).*");
      return;
    }
    assertThat(Outcomes.decode(Outcomes.encode(outcomes))).isEqualTo(outcomes);
  }
}
