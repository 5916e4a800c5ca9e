// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.fsm.ProposalGate;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerRequest;
import io.kvorum.raft.submit.Route;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** A node's ways into the log, on which writes with a key in them meet what the test says. */
final class FaultyRoute implements UnaryOperator<Route>, Route {

  /** What happens to a write. */
  enum Fault {
    NONE,
    /** It is carried out, and the answer is lost. */
    ANSWER_LOST,
    /** It is carried out, and no answer comes. */
    ANSWER_HANGS,
    /** It stays under way, nobody knows where. */
    UNDER_WAY
  }

  private volatile Route inner = this;
  private volatile Fault fault = Fault.NONE;
  private final AtomicInteger times = new AtomicInteger();
  private final Queue<ByteString> underWay = new ConcurrentLinkedQueue<>();
  final Queue<Request> seen = new ConcurrentLinkedQueue<>();
  volatile boolean withoutSessions;
  volatile Consumer<Request.Once> beforeWrite = once -> {};

  @Override
  public Route apply(Route real) {
    inner = real;
    return this;
  }

  void next(int count, Fault what) {
    times.set(count);
    fault = what;
  }

  /** How many faults are still to come. */
  int left() {
    return times.get();
  }

  /** Lets what is under way arrive; completes when it is carried out. */
  List<CompletableFuture<RaftClientReply>> arrive() {
    fault = Fault.NONE;
    return underWay.stream().map(command -> inner.propose(gate(command))).toList();
  }

  /** Has a command carried out, past all faults. */
  void carryOut(Request request) {
    RaftClientReply unused = inner.propose(gate(Commands.of(request))).join();
  }

  private Fault take(ByteString content) {
    Command command = Commands.decode(content);
    seen.addAll(command.requests());
    boolean write = false;
    for (Request request : command.requests()) {
      if (request instanceof Request.Once once && !(once.request() instanceof Request.Fence)) {
        write = true;
        beforeWrite.accept(once);
      }
    }
    boolean hit = write && times.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    return hit ? fault : Fault.NONE;
  }

  private ByteString changed(ByteString content) {
    if (!withoutSessions) {
      return content;
    }
    return Commands.of(
        Commands.decode(content).requests().stream()
            .map(request -> request instanceof Request.Once once ? once.request() : request)
            .toList());
  }

  @Override
  public CompletableFuture<RaftClientReply> propose(ProposalGate command) {
    Fault met = take(command.getContent());
    if (met == Fault.UNDER_WAY) {
      command.pass();
      underWay.add(command.getContent());
      return new CompletableFuture<>();
    }
    CompletableFuture<RaftClientReply> reply =
        inner.propose(withoutSessions ? passing(command) : command);
    return switch (met) {
      case ANSWER_LOST ->
          reply.thenCompose(done -> CompletableFuture.failedFuture(new IOException("lost")));
      case ANSWER_HANGS -> reply.thenCompose(done -> new CompletableFuture<>());
      default -> reply;
    };
  }

  @Override
  public CompletableFuture<PeerAnswer> ask(String peer, PeerRequest request) {
    if (!(request instanceof PeerRequest.Submit submit)) {
      return inner.ask(peer, request);
    }
    Fault met = take(submit.command());
    ByteString command = changed(submit.command());
    CompletableFuture<PeerAnswer> answer =
        inner.ask(peer, new PeerRequest.Submit(command, submit.timeoutMillis()));
    return switch (met) {
      case ANSWER_LOST ->
          answer.thenCompose(done -> CompletableFuture.failedFuture(new IOException("lost")));
      case ANSWER_HANGS -> answer.thenCompose(done -> new CompletableFuture<>());
      default -> answer;
    };
  }

  private ProposalGate passing(ProposalGate gate) {
    ByteString content = changed(gate.getContent());
    return new ProposalGate() {
      @Override
      public ByteString getContent() {
        return content;
      }

      @Override
      public void pass() {
        gate.pass();
      }
    };
  }

  private static ProposalGate gate(ByteString content) {
    return new ProposalGate() {
      @Override
      public ByteString getContent() {
        return content;
      }

      @Override
      public void pass() {}
    };
  }

  @Override
  public String self() {
    return inner.self();
  }

  @Override
  public Optional<String> leader() {
    return inner.leader();
  }

  @Override
  public boolean isElected() {
    return inner.isElected();
  }

  @Override
  public Map<String, String> unreachable() {
    return inner.unreachable();
  }
}
