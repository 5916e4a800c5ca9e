// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallExecutorSupplier;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** Where other replicas ask this one: a service of the server that Raft listens with. */
public final class PeerEndpoint {

  private final Function<ByteString, CompletableFuture<ByteString>> answers;

  /**
   * @param answers answers a request; any thread, several at once; it must not block, nor may its
   *     futures fail
   */
  public PeerEndpoint(Function<ByteString, CompletableFuture<ByteString>> answers) {
    this.answers = answers;
  }

  /** Adds the service to a server; returns the builder. */
  public NettyServerBuilder addTo(NettyServerBuilder builder) {
    return builder
        .callExecutor(new QuickOnes())
        .addService(
            ServerServiceDefinition.builder(PeerProtocol.SERVICE)
                .addMethod(PeerProtocol.QUICK, ServerCalls.asyncBidiStreamingCall(this::opened))
                .addMethod(PeerProtocol.WORK, ServerCalls.asyncBidiStreamingCall(this::opened))
                .build());
  }

  /* Called by the network's own thread, without a change to one that may wait. */
  private static final class QuickOnes implements ServerCallExecutorSupplier {
    @Override
    public <Q, A> @Nullable Executor getExecutor(ServerCall<Q, A> call, Metadata metadata) {
      return call.getMethodDescriptor()
              .getFullMethodName()
              .equals(PeerProtocol.QUICK.getFullMethodName())
          ? Runnable::run
          : null; // the server's own
    }
  }

  private StreamObserver<Envelope> opened(StreamObserver<Envelope> out) {
    // Once it is set, what is sent to a stream that is gone is dropped without an exception.
    ((ServerCallStreamObserver<Envelope>) out).setOnCancelHandler(() -> {});
    return new StreamObserver<>() {
      @Override
      public void onNext(Envelope request) {
        CompletableFuture<Void> unused =
            answers
                .apply(request.message())
                .thenAccept(
                    answer -> {
                      synchronized (out) {
                        out.onNext(new Envelope(request.number(), answer));
                      }
                    });
      }

      @Override
      public void onError(Throwable error) {
        // The asker is gone, and nobody waits for what is under way.
      }

      @Override
      public void onCompleted() {
        synchronized (out) {
          out.onCompleted();
        }
      }
    };
  }
}
