// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ClientCall;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * A stream to a peer on which requests and answers pass each other freely. Invariants: (1) every
 * future completes once the stream has ended; (2) once it has ended it stays so, and what is asked
 * then fails with its end. Thread-safe; never blocks on the network.
 */
final class PeerStream {

  private final Consumer<Throwable> whenEnded;
  private final StreamObserver<Envelope> out;

  // guarded by this
  private final Map<Long, CompletableFuture<ByteString>> open = new HashMap<>();
  private long last;
  private @Nullable Throwable end;

  /**
   * @param whenEnded told once why the stream has ended; it must not wait
   */
  PeerStream(ClientCall<Envelope, Envelope> call, Consumer<Throwable> whenEnded) {
    this.whenEnded = whenEnded;
    this.out = ClientCalls.asyncBidiStreamingCall(call, new Answers());
  }

  /**
   * The answer, on a thread that must not be held up. A future that its owner completes is
   * forgotten, and its answer dropped. Fails with {@link NeverSentException} when the stream had
   * ended before.
   */
  CompletableFuture<ByteString> ask(ByteString request) {
    CompletableFuture<ByteString> answer = new CompletableFuture<>();
    long number;
    synchronized (this) {
      if (end != null) {
        return CompletableFuture.failedFuture(new NeverSentException("the stream has ended", end));
      }
      number = ++last;
      open.put(number, answer);
      try {
        out.onNext(new Envelope(number, request));
      } catch (IllegalStateException e) {
        open.remove(number); // the call was cancelled, and its end is about to be told
        return CompletableFuture.failedFuture(new NeverSentException("the stream has ended", e));
      }
    }
    CompletableFuture<ByteString> unused = answer.whenComplete((bytes, error) -> forget(number));
    return answer;
  }

  private synchronized @Nullable CompletableFuture<ByteString> taken(long number) {
    return open.remove(number);
  }

  private synchronized void forget(long number) {
    CompletableFuture<ByteString> unused = open.remove(number);
  }

  /** Fails what is under way with this, and what will be asked. */
  void end(Throwable why) {
    List<CompletableFuture<ByteString>> left;
    synchronized (this) {
      if (end != null) {
        return;
      }
      end = why;
      left = new ArrayList<>(open.values());
      open.clear();
    }
    left.forEach(answer -> answer.completeExceptionally(why));
    whenEnded.accept(why);
  }

  private final class Answers implements StreamObserver<Envelope> {
    @Override
    public void onNext(Envelope answer) {
      CompletableFuture<ByteString> asked = taken(answer.number());
      if (asked != null) {
        asked.complete(answer.message());
      }
    }

    @Override
    public void onError(Throwable error) {
      end(error);
    }

    @Override
    public void onCompleted() {
      end(new IOException("the peer has closed the stream"));
    }
  }
}
