// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.ProposalGate;
import io.kvorum.fsm.wire.CommandPart;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Replies;
import io.kvorum.fsm.wire.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntryGroupsTest {

  private static final int MAX_BYTES = 1_000;

  private final List<Proposed> proposed = new ArrayList<>();
  private final EntryGroups groups = new EntryGroups(this::propose, MAX_BYTES);

  private record Proposed(ProposalGate gate, CompletableFuture<RaftClientReply> answer) {

    int requests() {
      return Commands.decode(gate.getContent()).requests().size();
    }
  }

  private CompletableFuture<RaftClientReply> propose(ProposalGate gate) {
    Proposed one = new Proposed(gate, new CompletableFuture<>());
    proposed.add(one);
    return one.answer();
  }

  @Test
  void proposesAtOnceWhileLittleIsUnderWayAndThenInGroups() {
    List<Caller> callers = callers(8);
    assertThat(proposed).extracting(Proposed::requests).containsExactly(1, 1);
    apply(0);
    assertThat(proposed).extracting(Proposed::requests).containsExactly(1, 1, 6);
    apply(2);
    apply(1);
    // Each has its own outcome: the commit timestamps count up within an entry.
    assertThat(callers.get(0).answers).containsExactly("applied 0");
    for (int i = 2; i < 8; i++) {
      assertThat(callers.get(i).answers).containsExactly("applied " + (200 + i - 2));
    }
  }

  @Test
  void aSecondEntryWaitsUntilItCarriesAsMuchAsTheFirst() {
    callers(8);
    apply(0);
    apply(1);
    assertThat(proposed).extracting(Proposed::requests).containsExactly(1, 1, 6);
    List<Caller> few = callers(5);
    assertThat(proposed).hasSize(3);
    callers(1);
    assertThat(proposed).extracting(Proposed::requests).containsExactly(1, 1, 6, 6);
    apply(3);
    assertThat(few).allMatch(caller -> caller.answers.size() == 1);
    callers(2);
    assertThat(proposed).hasSize(4);
    apply(2); // nothing is under way: what waits goes, however little it is
    assertThat(proposed).extracting(Proposed::requests).containsExactly(1, 1, 6, 6, 2);
  }

  @Test
  void leavesOutWhatWasGivenUpWhileItWaited() {
    List<Caller> callers = callers(5);
    callers.get(3).givenUp = true;
    apply(0);
    assertThat(proposed.get(2).requests()).isEqualTo(2);
    apply(2);
    assertThat(callers.get(2).answers).containsExactly("applied 200");
    assertThat(callers.get(3).answers).isEmpty();
    assertThat(callers.get(4).answers).containsExactly("applied 201");
  }

  @Test
  void whatFillsAGroupDoesNotWait() {
    callers(2);
    groups.add(new Caller(MAX_BYTES / 2));
    assertThat(proposed).hasSize(2);
    groups.add(new Caller(MAX_BYTES / 2));
    assertThat(proposed).extracting(Proposed::requests).startsWith(1, 1, 1);
    groups.add(new Caller(2 * MAX_BYTES)); // longer than a group: alone
    assertThat(proposed).extracting(Proposed::requests).containsExactly(1, 1, 1, 1, 1);
  }

  @Test
  void groupsNeverOutgrowTheirLimit() {
    callers(2);
    for (int i = 0; i < 5; i++) {
      groups.add(new Caller(400));
    }
    for (int i = 0; i < 4; i++) {
      apply(i);
    }
    assertThat(proposed).extracting(Proposed::requests).containsExactly(1, 1, 2, 2, 1);
    assertThat(proposed).allMatch(one -> one.gate().getContent().size() <= MAX_BYTES);
  }

  @Test
  void whatPassedTheGateIsLostAndWhatDidNotIsRefused() {
    List<Caller> callers = callers(4);
    proposed.get(0).gate().pass();
    proposed.get(0).answer().completeExceptionally(new IOException("gone"));
    proposed.get(2).answer().completeExceptionally(new IOException("no leader"));
    assertThat(callers.get(0).answers).containsExactly("lost");
    assertThat(callers.get(2).answers).containsExactly("refused");
    assertThat(callers.get(3).answers).containsExactly("refused");
  }

  @Test
  void whatTheStateMachineRefusesDoesNoHarmToItsNeighbours() {
    List<Caller> callers = callers(5);
    apply(0);
    proposed.get(2).answer().complete(refusal());
    assertThat(proposed.subList(3, 6)).extracting(Proposed::requests).containsExactly(1, 1, 1);
    proposed.get(4).answer().complete(refusal());
    apply(3);
    apply(5);
    assertThat(callers.get(2).answers).containsExactly("applied 300");
    assertThat(callers.get(3).answers).containsExactly("refused");
    assertThat(callers.get(4).answers).containsExactly("applied 500");
    // And the count of what is under way is right again.
    apply(1);
    int before = proposed.size();
    callers(5);
    assertThat(proposed).hasSize(before + EntryGroups.OUTSTANDING);
  }

  @Test
  void entriesThatEndAtOnceAreAllAnswered() {
    List<CompletableFuture<RaftClientReply>> first = new ArrayList<>();
    EntryGroups instant =
        new EntryGroups(
            gate -> {
              CompletableFuture<RaftClientReply> answer = new CompletableFuture<>();
              if (first.size() < EntryGroups.OUTSTANDING) {
                first.add(answer);
              } else {
                answer.completeExceptionally(new IOException("no leader"));
              }
              return answer;
            },
            Integer.MAX_VALUE);
    List<Caller> callers = IntStream.range(0, 100_000).mapToObj(i -> new Caller(1)).toList();
    callers.forEach(instant::add);
    first.get(0).completeExceptionally(new IOException("no leader"));
    assertThat(callers.subList(EntryGroups.OUTSTANDING, 100_000))
        .allMatch(c -> c.answers.equals(List.of("refused")));
  }

  @Test
  void aMemberThatThrowsHoldsUpNobodyAfterIt() {
    groups.add(
        new Caller(1) {
          @Override
          public void applied(Reply reply) {
            throw new IllegalStateException("of the member");
          }
        });
    apply(0);
    callers(1);
    apply(1);
    callers(3);
    assertThat(proposed).extracting(Proposed::requests).startsWith(1, 1, 1, 1);
  }

  @Test
  void anAnswerThatCannotBeReadLeavesTheOutcomeOpen() {
    List<Caller> callers = callers(1);
    proposed.get(0).gate().pass();
    proposed.get(0).answer().complete(reply(Message.valueOf("?"), null));
    assertThat(callers.get(0).answers).containsExactly("lost");
  }

  private List<Caller> callers(int count) {
    List<Caller> callers = IntStream.range(0, count).mapToObj(i -> new Caller(1)).toList();
    callers.forEach(groups::add);
    return callers;
  }

  private void apply(int entry) {
    proposed.get(entry).gate().pass();
    List<Outcome> outcomes =
        LongStream.range(0, proposed.get(entry).requests())
            .<Outcome>mapToObj(i -> new Outcome.Committed(100L * entry + i))
            .toList();
    Reply reply = new Reply(new LogPosition(1, entry), false, outcomes);
    proposed.get(entry).answer().complete(reply(Message.valueOf(Replies.encode(reply)), null));
  }

  private static RaftClientReply refusal() {
    return reply(
        Message.EMPTY, new StateMachineException("refused", new IllegalArgumentException("bad")));
  }

  private static RaftClientReply reply(Message message, @Nullable StateMachineException error) {
    return RaftClientReply.newBuilder()
        .setClientId(ClientId.randomId())
        .setServerId(RaftPeerId.valueOf("n1"))
        .setGroupId(RaftGroupId.randomId())
        .setCallId(1)
        .setSuccess(error == null)
        .setException(error)
        .setMessage(message)
        .build();
  }

  private static class Caller implements EntryGroups.Member {

    final List<String> answers = new ArrayList<>();
    final CommandPart command;
    boolean givenUp;

    Caller(int valueBytes) {
      command =
          CommandPart.of(
              Commands.write(List.of(Mutation.put("k".getBytes(UTF_8), new byte[valueBytes]))));
    }

    @Override
    public CommandPart command() {
      return command;
    }

    @Override
    public boolean take() {
      return !givenUp;
    }

    @Override
    public void applied(Reply reply) {
      answers.add("applied " + ((Outcome.Committed) reply.outcomes().get(0)).commitTs());
    }

    @Override
    public void refused(@Nullable Throwable why) {
      answers.add("refused");
    }

    @Override
    public void lost(@Nullable Throwable why) {
      answers.add("lost");
    }
  }
}
