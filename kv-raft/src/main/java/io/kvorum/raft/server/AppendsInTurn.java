// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a follower what its leader sends one after the other. What comes by one stream comes that
 * way by itself; but a leader whose stream broke opens another and sends again what was not
 * answered, while the follower may still work on what came by the first. Of that Ratis 3.3.0 makes
 * three faults, two of them unless it composes appends, which costs each a change of threads:
 *
 * <ul>
 *   <li>Two appends at once: the second fails, and the follower goes on believing that it is being
 *       appended to, so it never stands for election again.
 *   <li>An entry that is in the log already counts as appended, though its fsync may be under way.
 *       The leader takes the answer for an fsynced copy, and may commit on it what a power loss
 *       then takes back.
 *   <li>A checkpoint that is installed drops the appends that are under way, which never end then,
 *       with the same effect as the first.
 * </ul>
 *
 * <p>So an append that repeats entries, and a part of a checkpoint, wait until nothing is under way
 * and what is repeated is fsynced. Heartbeats pass.
 *
 * <p>A fourth fault comes with a checkpoint of what the log holds already, and more behind it, as
 * when a member comes back that had left the group. Ratis would install it, set the log's writer
 * back to its end, and go on holding what is behind that: what the leader then sends of it is never
 * written, and never counts as fsynced. But a checkpoint is of committed entries, and a log that
 * holds its last one holds all of them; so they are committed here, and Ratis answers that the
 * checkpoint is installed.
 *
 * <p>Thread-safe.
 */
public final class AppendsInTurn implements GrpcServices.Customizer, ServerInterceptor {

  /** What there is to know of the log that is appended to. */
  public interface Log {

    /** Index of the last entry it holds, fsynced or not. */
    long lastIndex();

    /** Index of the last entry that was fsynced, of those before the last cut or of those after. */
    long fsyncedIndex();

    /** Whether it holds this entry. */
    boolean holds(TermIndex entry);

    /** Whether it is the log of the group with this id. */
    boolean isOfGroup(ByteString id);

    /** Takes the entries up to one that it holds, fsynced, for committed. */
    void commit(long index);

    /** How many appends have been begun for a leader and have not ended, a cut included. */
    int appendsUnderWay();
  }

  private static final Logger LOG = LoggerFactory.getLogger(AppendsInTurn.class);
  private static final long POLL_MILLIS = 1;

  private final ReentrantLock turn = new ReentrantLock(true);
  private final long maxWaitMillis;
  private volatile @Nullable Log log;

  /**
   * @param maxWaitMillis how long a request waits; then its stream ends, and the leader opens the
   *     next
   */
  public AppendsInTurn(long maxWaitMillis) {
    this.maxWaitMillis = maxWaitMillis;
  }

  /** To be called before the server takes its first request. */
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
        if (!changesTheLog(message)) {
          super.onMessage(message);
          return;
        }
        turn.lock();
        try {
          // One that is dropped is the last of its stream: the next is asked for behind this call.
          if (mayGoOn(message, call)) {
            if (message instanceof InstallSnapshotRequestProto part) {
              commitWhatIsHeld(part);
            }
            super.onMessage(message);
          }
        } finally {
          turn.unlock();
        }
      }
    };
  }

  private static boolean changesTheLog(Object message) {
    return message instanceof InstallSnapshotRequestProto
        || (message instanceof AppendEntriesRequestProto append && append.getEntriesCount() > 0);
  }

  private void commitWhatIsHeld(InstallSnapshotRequestProto part) {
    Log current = log;
    if (current != null && holdsItsLast(part, current)) {
      current.commit(part.getSnapshotChunk().getTermIndex().getIndex());
    }
  }

  private static boolean holdsItsLast(InstallSnapshotRequestProto part, Log log) {
    return part.hasSnapshotChunk()
        && log.isOfGroup(part.getServerRequest().getRaftGroupId().getId()) // Ratis looks later
        && log.holds(TermIndex.valueOf(part.getSnapshotChunk().getTermIndex()));
  }

  /** Waits as long as the request has to. False when it has lost its stream, or loses it here. */
  private boolean mayGoOn(Object message, ServerCall<?, ?> call) {
    long begin = System.nanoTime();
    while (!call.isCancelled()) {
      if (!hasToWait(message)) {
        return true;
      }
      if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) >= maxWaitMillis) {
        LOG.warn(
            "appends under way have not ended in {} ms; the leader is to try again", maxWaitMillis);
        // Of an error the leader would not learn which request it was, and go on behind it.
        call.close(Status.OK, new Metadata());
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the server closes
        call.close(Status.OK, new Metadata());
        return false;
      }
    }
    return false;
  }

  private boolean hasToWait(Object message) {
    Log current = log;
    if (current == null) {
      return true; // the replica is starting
    }
    if (message instanceof AppendEntriesRequestProto append) {
      return append.getEntries(0).getIndex() <= current.lastIndex()
          && isUnderWay(lastRepeated(append, current), current);
    }
    InstallSnapshotRequestProto part = (InstallSnapshotRequestProto) message;
    long last = part.getSnapshotChunk().getTermIndex().getIndex();
    return isUnderWay(holdsItsLast(part, current) ? last : -1, current);
  }

  /*
   * Whether anything is, or the fsync of an entry that it holds. Neither alone is enough: Ratis
   * counts no appends of a member that does not know yet that it is one.
   */
  private static boolean isUnderWay(long held, Log log) {
    return log.appendsUnderWay() > 0 || log.fsyncedIndex() < held;
  }

  /** The last entry of the append that the log holds; -1 when it holds none. */
  private static long lastRepeated(AppendEntriesRequestProto append, Log log) {
    long last = -1;
    for (LogEntryProto entry : append.getEntriesList()) {
      if (!log.holds(TermIndex.valueOf(entry))) {
        break; // from here on the log is cut
      }
      last = entry.getIndex();
    }
    return last;
  }
}
