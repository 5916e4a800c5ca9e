// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.kvorum.api.ConflictKind;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.interpret.Universe;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

final class WireProperties {

  @Property(tries = 2000)
  void anyBytesDecodeOrAreRefusedByType(@ForAll byte[] bytes) {
    ByteString raw = ByteString.copyFrom(bytes);
    try {
      assertThat(Commands.decode(raw).requests()).isNotEmpty();
    } catch (MalformedCommandException | NewerCommandException e) {
      assertThat(e).hasMessageContaining("command");
    }
    try {
      assertThat(Replies.decode(raw).position().index()).isNotNegative();
    } catch (MalformedCommandException e) {
      assertThat(e.getMessage()).containsAnyOf("reply", "outcome", "conflict");
    }
  }

  @Property(tries = 200)
  void everyCutOfACommandIsRefused(@ForAll @Size(min = 1, max = 40) byte[] prefix) {
    ByteString whole = Commands.deletePrefix(prefix);
    for (int length = 0; length < whole.size(); length++) {
      try {
        Commands.decode(whole.substring(0, length));
        fail("accepted the first %d of %d bytes", length, whole.size());
      } catch (MalformedCommandException e) {
        assertThat(e).hasMessageContaining("command");
      }
    }
  }

  @Property(tries = 300)
  void commandsDecodeToWhatWasEncoded(@ForAll long seed) {
    for (Command command : Universe.commands(seed, 10)) {
      ByteString bytes = Commands.stamp(Commands.of(command.requests()), command.clockHint());

      assertThat(Commands.decode(bytes)).isEqualTo(command);
    }
  }

  /* Sessions and sequences are few, so that requests follow each other in all ways. */
  @Property(tries = 500)
  void partsThatAreJoinedDecodeToAllTheirRequests(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<CommandPart> parts = new ArrayList<>();
    List<Request> expected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Request plain =
          new Request.Write(
              List.of(Mutation.put(new byte[] {(byte) i}, new byte[random.nextInt(200)])));
      Request.Once once =
          new Request.Once(random.nextInt(1, 3), edgeOr(random, 6), edgeOr(random, 3), plain);
      switch (random.nextInt(5)) {
        case 0 -> {
          parts.add(CommandPart.of(Commands.of(plain)));
          expected.add(plain);
        }
        case 1 -> {
          parts.add(CommandPart.of(Commands.of(once)));
          expected.add(once);
        }
        default -> {
          parts.add(
              CommandPart.once(
                  Commands.request(plain),
                  once.session(),
                  once.sequence(),
                  once.acknowledgedBelow()));
          expected.add(once);
        }
      }
    }
    ByteString joined = CommandPart.join(parts);

    assertThat(Commands.decode(joined).requests()).isEqualTo(expected);
    assertThat(joined.size())
        .isLessThanOrEqualTo(parts.stream().mapToInt(part -> part.command().size()).sum());
  }

  private static long edgeOr(SplittableRandom random, int bound) {
    return random.nextInt(10) == 0 ? Long.MAX_VALUE : random.nextInt(bound);
  }

  @Property(tries = 500)
  void repliesDecodeToWhatWasEncoded(
      @ForAll @LongRange(min = 0) long term,
      @ForAll @LongRange(min = 0) long index,
      @ForAll boolean alreadyApplied,
      @ForAll List<@LongRange(min = 0) Long> timestamps,
      @ForAll byte[] key,
      @ForAll ConflictKind kind) {
    List<Outcome> outcomes = new ArrayList<>();
    timestamps.forEach(ts -> outcomes.add(new Outcome.Committed(ts)));
    outcomes.add(new Outcome.Conflict(kind, key));
    outcomes.add(new Outcome.Invalid("key is empty"));
    outcomes.add(new Outcome.Locked(key, new TransactionId(term, -index)));
    outcomes.add(new Outcome.Prepared(term));
    outcomes.add(new Outcome.Aborted(term));
    outcomes.add(new Outcome.AlreadyCommitted(index));
    outcomes.add(new Outcome.AlreadyAborted());
    outcomes.add(new Outcome.NotPrepared());
    outcomes.add(new Outcome.StartTooOld(term));
    outcomes.add(new Outcome.SessionUnknown());
    outcomes.add(new Outcome.UploadUnknown());
    outcomes.add(new Outcome.UploadsOpen(1_024));
    outcomes.add(new Outcome.SequenceForgotten(index));
    for (Outcome outcome : List.copyOf(outcomes)) {
      outcomes.add(new Outcome.Duplicate(outcome, new LogPosition(3, index)));
    }
    Reply reply = new Reply(new LogPosition(term, index), alreadyApplied, outcomes);

    assertThat(Replies.decode(Replies.encode(reply))).isEqualTo(reply);
  }
}
