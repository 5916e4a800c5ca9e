// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Hands a follower's appends to Ratis one after the other. Those of one stream come that way by
 * themselves; but a leader whose stream broke opens another and sends again what was not answered,
 * while the follower may still work on what came by the first. Of that Ratis 3.3.0 makes two faults
 * unless it composes appends, which costs each of them a change of threads:
 *
 * <ul>
 *   <li>Two appends at once: the second fails, and the follower goes on believing that it is being
 *       appended to, so it never stands for election again.
 *   <li>An entry that is in the log already counts as appended, though its fsync may be under way.
 *       The leader takes the answer for an fsynced copy, and may commit on it what a power loss
 *       then takes back. Here such an append waits until what it repeats is fsynced.
 * </ul>
 *
 * <p>Heartbeats pass. Thread-safe.
 */
public final class AppendsInTurn implements GrpcServices.Customizer, ServerInterceptor {

  /** What there is to know of the log that is appended to. */
  public interface Log {

    /** Index of the last entry it holds, fsynced or not. */
    long lastIndex();

    /** Index of the last entry of which it is known that it is fsynced. */
    long fsyncedIndex();
  }

  private static final long POLL_MILLIS = 1;

  private final ReentrantLock turn = new ReentrantLock(true);
  private final long maxWaitMillis;
  private volatile @Nullable Log log;

  /**
   * @param maxWaitMillis how long an append waits for an fsync; then its stream ends with an error,
   *     and the leader opens the next
   */
  public AppendsInTurn(long maxWaitMillis) {
    this.maxWaitMillis = maxWaitMillis;
  }

  /** To be called before the server takes its first append. */
  public void connect(Log appendedTo) {
    log = appendedTo;
  }

  @Override
  public NettyServerBuilder customize(
      NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
    return builder.intercept(this);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof AppendEntriesRequestProto append && append.getEntriesCount() > 0) {
          inTurn(append, () -> super.onMessage(message));
        } else {
          super.onMessage(message);
        }
      }
    };
  }

  private void inTurn(AppendEntriesRequestProto append, Runnable process) {
    turn.lock();
    try {
      awaitFsyncOfWhatItRepeats(append);
      process.run();
    } finally {
      turn.unlock();
    }
  }

  private void awaitFsyncOfWhatItRepeats(AppendEntriesRequestProto append) {
    Log current = log;
    if (current == null) {
      throw Status.UNAVAILABLE.withDescription("this replica is starting").asRuntimeException();
    }
    long first = append.getEntries(0).getIndex();
    long last = first + append.getEntriesCount() - 1;
    long begin = System.nanoTime();
    // The log is asked anew each time: it may be cut meanwhile.
    while (first <= current.lastIndex()
        && current.fsyncedIndex() < Math.min(last, current.lastIndex())) {
      if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) >= maxWaitMillis) {
        throw Status.UNAVAILABLE
            .withDescription(
                "entries from "
                    + first
                    + " on were appended before and are not fsynced after "
                    + maxWaitMillis
                    + " ms")
            .asRuntimeException();
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Status.CANCELLED.withDescription("this replica is closing").asRuntimeException();
      }
    }
  }
}
