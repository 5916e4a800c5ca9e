// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ends of what replicas ask each other, over a real connection. */
@Timeout(60)
class PeerLinksTest {

  private static final int LONGEST_MESSAGE = 64 << 20;
  private static final PeerRequest.TermProbe PROBE = new PeerRequest.TermProbe("a");
  private static final ByteString TERM = PeerGrammar.encode(new PeerAnswer.Term(7, 8));
  private static final ByteString DONE = PeerGrammar.encode(new PeerAnswer.Done());

  private int port;
  private @Nullable Server server;
  private @Nullable PeerLinks links;

  /* What the peer was asked and has not answered, in the order of arrival. */
  private record Asked(PeerRequest request, CompletableFuture<ByteString> answer) {}

  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void choosePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    if (links != null) {
      links.close();
    }
    stop();
  }

  @Test
  void everyKindOfRequestIsAnswered() throws Exception {
    serve(PeerLinksTest::atOnce);
    PeerLinks all = links(Duration.ofSeconds(30));
    assertThat(get(all.ask("b", PROBE))).isEqualTo(new PeerAnswer.Term(7, 8));
    assertThat(get(all.ask("b", new PeerRequest.ReadIndex("a", 5, true))))
        .isEqualTo(new PeerAnswer.Done());
    ByteString large = ByteString.copyFrom(new byte[32 << 20]);
    assertThat(get(all.ask("b", new PeerRequest.Submit(large, 5))))
        .isEqualTo(new PeerAnswer.Applied(large));
    assertThat(get(all.ask("b", new PeerRequest.Transfer("a", 5))))
        .isEqualTo(new PeerAnswer.Done());
    assertThat(all.unreachable()).isEmpty();
  }

  @Test
  void answersPassEachOther() throws Exception {
    serve(this::later);
    PeerLinks all = links(Duration.ofSeconds(30));
    CompletableFuture<PeerAnswer> first = all.ask("b", PROBE);
    CompletableFuture<PeerAnswer> second = all.ask("b", new PeerRequest.ReadIndex("a", 5, false));
    Asked one = next();
    Asked two = next();
    assertThat(one.request()).isEqualTo(PROBE);
    two.answer().complete(DONE);
    assertThat(get(second)).isEqualTo(new PeerAnswer.Done());
    assertThat(first).isNotDone();
    one.answer().complete(TERM);
    assertThat(get(first)).isEqualTo(new PeerAnswer.Term(7, 8));
  }

  /* The control is a transfer, which comes behind the write that is held up. */
  @Test
  void aProbeDoesNotWaitForAWriteThatIsHeldUp() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    serve(
        request -> {
          if (request instanceof PeerRequest.Submit) {
            awaitUninterrupted(held);
          }
          return atOnce(request);
        });
    PeerLinks all = links(Duration.ofSeconds(30));
    CompletableFuture<PeerAnswer> write = all.ask("b", new PeerRequest.Submit(ByteString.EMPTY, 5));
    CompletableFuture<PeerAnswer> transfer = all.ask("b", new PeerRequest.Transfer("a", 5));
    assertThat(get(all.ask("b", PROBE))).isEqualTo(new PeerAnswer.Term(7, 8));
    assertThat(write).isNotDone();
    assertThat(transfer).isNotDone();
    held.countDown();
    assertThat(get(write)).isEqualTo(new PeerAnswer.Applied(ByteString.EMPTY));
    assertThat(get(transfer)).isEqualTo(new PeerAnswer.Done());
  }

  @Test
  void whereNobodyListensNothingWasSentAndALaterRequestArrives() throws Exception {
    PeerLinks all = links(Duration.ofSeconds(30));
    assertThatThrownBy(() -> get(all.ask("b", PROBE)))
        .hasCauseInstanceOf(NeverSentException.class)
        .hasMessageContaining("b refuses connections");
    assertThat(all.unreachable()).isEqualTo(Map.of("b", "connection refused"));
    serve(PeerLinksTest::atOnce);
    untilAnswered(all);
    assertThat(all.unreachable()).isEmpty();
  }

  @Test
  void aPeerThatDiesMayHaveSeenWhatItWasAsked() throws Exception {
    serve(this::later);
    PeerLinks all = links(Duration.ofSeconds(30));
    CompletableFuture<PeerAnswer> write = all.ask("b", new PeerRequest.Submit(ByteString.EMPTY, 5));
    CompletableFuture<PeerAnswer> probe = all.ask("b", PROBE);
    next();
    next();
    stop();
    assertThatThrownBy(() -> get(write)).cause().isNotInstanceOf(NeverSentException.class);
    assertThatThrownBy(() -> get(probe)).cause().isNotInstanceOf(NeverSentException.class);
    assertThat(all.unreachable()).containsOnlyKeys("b");
    serve(PeerLinksTest::atOnce);
    untilAnswered(all);
  }

  @Test
  void afterAConnectionBrokeWhileIdleNoOutcomeIsUnknown() throws Exception {
    serve(PeerLinksTest::atOnce);
    PeerLinks all = links(Duration.ofSeconds(30));
    get(all.ask("b", PROBE));
    stop();
    await().until(() -> all.unreachable().containsKey("b")); // noticed without a request
    AtomicInteger carriedOut = new AtomicInteger();
    serve(
        request -> {
          carriedOut.incrementAndGet();
          return atOnce(request);
        });
    int answered = 0;
    while (answered == 0) {
      try {
        get(all.ask("b", new PeerRequest.Transfer("a", 5)));
        answered++;
      } catch (ExecutionException e) {
        assertThat(e.getCause()).isInstanceOf(NeverSentException.class);
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    assertThat(carriedOut).hasValue(1);
  }

  @Test
  void aRequestWithoutAnAnswerEndsItsConnection() throws Exception {
    serve(this::later);
    PeerLinks all = links(Duration.ofMillis(300));
    CompletableFuture<PeerAnswer> silent = all.ask("b", PROBE);
    assertThatThrownBy(() -> get(silent)).hasCauseInstanceOf(TimeoutException.class);
    assertThat(all.unreachable()).containsOnlyKeys("b");
    next();
    CompletableFuture<PeerAnswer> after =
        await().until(() -> all.ask("b", PROBE), ask -> !ask.isCompletedExceptionally());
    next().answer().complete(TERM);
    assertThat(get(after)).isEqualTo(new PeerAnswer.Term(7, 8));
  }

  @Test
  void aCloseFailsWhatIsUnderWayAndWhatComes() throws Exception {
    serve(this::later);
    PeerLinks all = links(Duration.ofSeconds(30));
    CompletableFuture<PeerAnswer> probe = all.ask("b", PROBE);
    CompletableFuture<PeerAnswer> write = all.ask("b", new PeerRequest.Submit(ByteString.EMPTY, 5));
    next();
    next();
    all.close();
    assertThat(probe).isCompletedExceptionally();
    assertThat(write).isCompletedExceptionally();
    assertThatThrownBy(() -> get(write)).cause().isNotInstanceOf(NeverSentException.class);
    assertThatThrownBy(() -> get(all.ask("b", PROBE)))
        .hasCauseInstanceOf(NeverSentException.class)
        .hasMessageContaining("closing");
  }

  @Test
  void nobodyElseIsAsked() {
    PeerLinks all = links(Duration.ofSeconds(30));
    assertThatThrownBy(() -> get(all.ask("a", PROBE)))
        .hasCauseInstanceOf(NeverSentException.class)
        .hasMessageContaining("a is no other replica of this group");
  }

  private static CompletableFuture<ByteString> atOnce(PeerRequest request) {
    if (request instanceof PeerRequest.Submit submit) {
      return CompletableFuture.completedFuture(
          PeerGrammar.encode(new PeerAnswer.Applied(submit.command())));
    }
    return CompletableFuture.completedFuture(
        request instanceof PeerRequest.TermProbe ? TERM : DONE);
  }

  private CompletableFuture<ByteString> later(PeerRequest request) {
    Asked one = new Asked(request, new CompletableFuture<>());
    asked.add(one);
    return one.answer();
  }

  private Asked next() {
    return await().until(asked::poll, one -> one != null);
  }

  private void untilAnswered(PeerLinks all) {
    await()
        .ignoreExceptions()
        .until(() -> get(all.ask("b", PROBE)).equals(new PeerAnswer.Term(7, 8)));
  }

  private interface Answering {
    CompletableFuture<ByteString> answer(PeerRequest request) throws IOException;
  }

  private void serve(Answering answering) throws IOException {
    PeerEndpoint endpoint =
        new PeerEndpoint(
            bytes -> {
              try {
                return answering.answer(PeerGrammar.decodeRequest(bytes));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    server =
        endpoint
            .addTo(
                NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
            .maxInboundMessageSize(LONGEST_MESSAGE)
            .build()
            .start();
  }

  private void stop() throws InterruptedException {
    if (server != null) {
      server.shutdownNow();
      assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      server = null;
    }
  }

  private PeerLinks links(Duration timeout) {
    RaftGroup group =
        RaftGroup.valueOf(
            RaftGroupId.randomId(),
            List.of(
                RaftPeer.newBuilder().setId("a").setAddress("127.0.0.1:1").build(),
                RaftPeer.newBuilder().setId("b").setAddress("127.0.0.1:" + port).build()));
    links = new PeerLinks("a", group, LONGEST_MESSAGE, timeout);
    return links;
  }

  private static PeerAnswer get(CompletableFuture<PeerAnswer> answer) throws Exception {
    return answer.get(20, TimeUnit.SECONDS);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
