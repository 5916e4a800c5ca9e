// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one peer.
 *
 * <p>Thread-safe; never blocks on the network.
 */
final class PeerLink {

  /*
   * A stream that has failed stays failed, so the whole connection is replaced by a new one. After
   * a failure no new connection is tried for a moment: a dead peer then costs a field read instead
   * of a connection attempt a call.
   */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String peer;
  private final Supplier<ManagedChannel> dial;
  private final long timeoutMillis;
  private final Object lock = new Object();

  // guarded by lock
  private @Nullable Connection current;
  private long retryAtNanos;
  private @Nullable String trouble;
  private boolean closed;

  /**
   * @param dial makes a channel to the peer
   * @param timeoutMillis after which a request that has no answer ends the connection
   */
  PeerLink(String peer, Supplier<ManagedChannel> dial, long timeoutMillis) {
    this.peer = peer;
    this.dial = dial;
    this.timeoutMillis = timeoutMillis;
  }

  /* Compared by identity. */
  private final class Connection {
    final ManagedChannel channel = dial.get();
    final PeerStream quick;
    final PeerStream work;

    Connection() {
      // What the quick stream answers is taken by the network's own thread.
      quick =
          new PeerStream(
              channel.newCall(PeerProtocol.QUICK, CallOptions.DEFAULT.withExecutor(Runnable::run)),
              end -> failed(this, end));
      work =
          new PeerStream(
              channel.newCall(PeerProtocol.WORK, CallOptions.DEFAULT), end -> failed(this, end));
    }

    CompletableFuture<ByteString> ask(PeerRequest request) {
      PeerStream stream = PeerProtocol.methodFor(request) == PeerProtocol.QUICK ? quick : work;
      return stream.ask(PeerGrammar.encode(request));
    }

    void close(Throwable why) {
      channel.shutdownNow();
      quick.end(why);
      work.end(why);
    }
  }

  CompletableFuture<PeerAnswer> ask(PeerRequest request) {
    Connection connection;
    try {
      connection = connection();
    } catch (NeverSentException e) {
      return CompletableFuture.failedFuture(e);
    }
    return connection
        .ask(request)
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .handle((answer, error) -> answer(connection, answer, error));
  }

  /** Why the peer could not be reached when it was last asked; empty if it could. */
  Optional<String> trouble() {
    synchronized (lock) {
      return Optional.ofNullable(trouble);
    }
  }

  void close() {
    Connection last;
    synchronized (lock) {
      closed = true;
      last = current;
      current = null;
    }
    if (last != null) {
      last.close(new IOException("this replica is closing"));
    }
  }

  private PeerAnswer answer(
      Connection connection, @Nullable ByteString answer, @Nullable Throwable error) {
    if (error != null || answer == null) {
      Throwable cause = unwrap(error);
      failed(connection, cause);
      throw new CompletionException(
          refusedConnection(cause)
              ? new NeverSentException(peer + " refuses connections", cause)
              : cause); // a NeverSentException too, of a stream that had ended
    }
    synchronized (lock) {
      trouble = null;
    }
    try {
      return PeerGrammar.decodeAnswer(answer);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private Connection connection() throws NeverSentException {
    synchronized (lock) {
      if (closed) {
        throw new NeverSentException("this replica is closing", null);
      }
      if (current == null) {
        if (trouble != null && System.nanoTime() - retryAtNanos < 0) {
          throw new NeverSentException(peer + " could not be reached: " + trouble, null);
        }
        current = new Connection();
      }
      return current;
    }
  }

  private void failed(Connection connection, Throwable cause) {
    synchronized (lock) {
      if (current != connection) {
        return;
      }
      current = null;
      retryAtNanos = System.nanoTime() + PAUSE_NANOS;
      trouble = refusedConnection(cause) ? "connection refused" : String.valueOf(cause);
    }
    connection.close(cause);
  }

  private static Throwable unwrap(@Nullable Throwable error) {
    Throwable t = error;
    while (t instanceof CompletionException && t.getCause() != null) {
      t = t.getCause();
    }
    return t == null ? new IOException("no answer") : t;
  }

  private static boolean refusedConnection(Throwable error) {
    for (Throwable t = error; t != null; t = t.getCause()) {
      if (t instanceof ConnectException
          || t instanceof NoRouteToHostException
          || t instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }
}
