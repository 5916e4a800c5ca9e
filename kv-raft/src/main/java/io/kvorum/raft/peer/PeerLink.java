// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.rpc.CallId;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one peer.
 *
 * <p>Thread-safe; never blocks on the network.
 */
final class PeerLink {

  /*
   * Ratis's client transport keeps one stream to the peer, on which requests and answers pass each
   * other freely. Once that stream has failed it stays failed, so the whole connection is replaced
   * by a new one. Closing the old one waits for the network, so another thread does it. After a
   * failure no new connection is tried for a moment: a dead peer then costs a field read instead of
   * a connection attempt a call.
   */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final RaftPeer peer;
  private final RaftGroupId group;
  private final RaftProperties properties;
  private final Executor closer;
  private final Object lock = new Object();

  // guarded by lock
  private @Nullable Connection current;
  private long retryAtNanos;
  private @Nullable String trouble;
  private boolean closed;

  PeerLink(RaftPeer peer, RaftGroupId group, RaftProperties properties, Executor closer) {
    this.peer = peer;
    this.group = group;
    this.properties = properties;
    this.closer = closer;
  }

  /* Compared by identity. */
  private static final class Connection {
    final ClientId client = ClientId.randomId();
    final RaftClientRpc rpc;

    Connection(RaftPeer peer, RaftProperties properties) {
      rpc = new GrpcFactory(new Parameters()).newRaftClientRpc(client, properties);
      rpc.addRaftPeers(List.of(peer));
    }
  }

  CompletableFuture<PeerAnswer> ask(PeerRequest request) {
    Connection connection;
    try {
      connection = connection();
    } catch (NeverSentException e) {
      return CompletableFuture.failedFuture(e);
    }
    RaftClientRequest message =
        RaftClientRequest.newBuilder()
            .setClientId(connection.client)
            .setServerId(peer.getId())
            .setGroupId(group)
            .setCallId(CallId.getAndIncrement())
            .setMessage(Message.valueOf(PeerGrammar.encode(request), () -> "peer request"))
            .setType(RaftClientRequest.staleReadRequestType(0))
            .build();
    return connection
        .rpc
        .sendRequestAsyncUnordered(message)
        .handle((reply, error) -> answer(connection, reply, error));
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
      discard(last);
    }
  }

  private PeerAnswer answer(
      Connection connection, @Nullable RaftClientReply reply, @Nullable Throwable error) {
    if (error != null || reply == null) {
      Throwable cause = unwrap(error);
      failed(connection, cause);
      throw new CompletionException(
          refusedConnection(cause)
              ? new NeverSentException(peer + " refuses connections", cause)
              : cause);
    }
    synchronized (lock) {
      trouble = null;
    }
    if (reply.getException() != null) {
      // The server itself refused to look at the message: it is starting or closing.
      throw new CompletionException(new NeverSentException(peer + " is not ready", error));
    }
    try {
      return PeerGrammar.decodeAnswer(reply.getMessage().getContent());
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
        current = new Connection(peer, properties);
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
    discard(connection);
  }

  private void discard(Connection connection) {
    try {
      closer.execute(
          () -> {
            try {
              connection.rpc.close();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (RejectedExecutionException e) {
      // Closed already, with everything that was open then.
    }
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
          || t instanceof UnknownHostException
          || t instanceof NeverSentException) {
        return true;
      }
    }
    return false;
  }
}
