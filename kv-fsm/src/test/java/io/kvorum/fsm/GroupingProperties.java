// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.fsm.interpret.Universe;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** The content of a store and the outcomes depend on the entries alone, not on how they came. */
final class GroupingProperties {

  @Property(tries = 40)
  void anySplitIntoGroupsGivesTheSameContentAndOutcomes(
      @ForAll StoreKind kind,
      @ForAll("commands") List<ByteString> commands,
      @ForAll @IntRange(min = 2, max = 7) int groupEntries)
      throws IOException {
    Run oneByOne = run(kind, commands, new ApplyLimits(1, 1), commands.size());
    Run grouped = run(kind, commands, new ApplyLimits(groupEntries, 1 << 20), commands.size());
    Run atOnce = run(kind, commands, ApplyLimits.defaults(), commands.size());

    assertThat(grouped.replies).isEqualTo(oneByOne.replies);
    assertThat(grouped.content).isEqualTo(oneByOne.content);
    assertThat(atOnce.replies).isEqualTo(oneByOne.replies);
    assertThat(atOnce.content).isEqualTo(oneByOne.content);
  }

  @Property(tries = 40)
  void replayFromAnyEntryChangesNothing(
      @ForAll StoreKind kind,
      @ForAll("commands") List<ByteString> commands,
      @ForAll @IntRange(max = 29) int from)
      throws IOException {
    Run once = run(kind, commands, ApplyLimits.defaults(), commands.size());
    Run replayed = run(kind, commands, ApplyLimits.defaults(), Math.min(from, commands.size()));

    assertThat(replayed.content).isEqualTo(once.content);
  }

  @Property(tries = 40)
  void everyStoreEndsWithTheSameContentAndOutcomes(@ForAll("commands") List<ByteString> commands)
      throws IOException {
    Run memory = run(StoreKind.MEMORY, commands, ApplyLimits.defaults(), commands.size());
    Run rocks = run(StoreKind.ROCKS, commands, ApplyLimits.defaults(), commands.size());

    assertThat(rocks.replies).isEqualTo(memory.replies);
    assertThat(rocks.content).isEqualTo(memory.content);
  }

  private record Run(List<Reply> replies, byte[] content) {}

  /** Applies all commands; then starts again and applies those from {@code again} on once more. */
  private static Run run(StoreKind kind, List<ByteString> commands, ApplyLimits limits, int again)
      throws IOException {
    Path dir = Files.createTempDirectory("kvorum-groups");
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      List<Reply> replies;
      try (Replica replica = new Replica(store, dir, limits).start()) {
        replies = applyFrom(replica, commands, 0);
      }
      try (Replica replica = new Replica(store, dir, limits).start()) {
        assertThat(applyFrom(replica, commands, again)).allMatch(Reply::alreadyApplied);
      }
      return new Run(replies, StoreKind.contentOf(store));
    } finally {
      DurableFiles.deleteTree(dir);
    }
  }

  private static List<Reply> applyFrom(Replica replica, List<ByteString> commands, int from) {
    List<CompletableFuture<Reply>> futures = new ArrayList<>();
    for (int i = from; i < commands.size(); i++) {
      futures.add(replica.hand(i, commands.get(i)));
    }
    return futures.stream().map(Replica::get).toList();
  }

  @Provide
  Arbitrary<List<ByteString>> commands() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.integers().between(1, 30))
        .as(
            (seed, count) ->
                Universe.commands(seed, count).stream().map(GroupingProperties::bytes).toList());
  }

  private static ByteString bytes(Command command) {
    return Commands.stamp(Commands.of(command.requests()), command.clockHint());
  }
}
