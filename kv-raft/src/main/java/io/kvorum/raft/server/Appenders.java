// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * Ratis's transport by gRPC, with appenders that do less for nothing. There is one for each
 * follower, and it belongs to the leader.
 *
 * <p>They are left asleep while they have nothing to send. Ratis 3.3.0 wakes all of them whenever
 * an entry commits and whenever a follower tells a new commit index. What they could tell then, the
 * commit index, they only send with an entry or a heartbeat; so each finds that there is nothing to
 * do, which costs two changes of threads. For an entry in a group of three that is eight times.
 *
 * <p>They send a checkpoint only to a replica that answers, and heartbeats until it does. Ratis
 * sends its first chunks to nobody, waits for their answers although the connection is broken, and
 * does not see until then that the replica is back.
 *
 * <p>Ratis makes it by its name, see {@link RpcType#valueOf}.
 */
public final class Appenders implements RpcType {

  @Override
  public String name() {
    return getClass().getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new GrpcFactory(parameters) {
      @Override
      public LogAppender newLogAppender(
          RaftServer.Division server, LeaderState state, FollowerInfo follower) {
        return new Appender(server, state, follower);
      }
    };
  }

  private static final class Appender extends GrpcLogAppender {

    /* Decided once for each pass of the appender's thread, which asks in this order. */
    private boolean checkpointWaits;

    Appender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
      super(server, state, follower);
    }

    /* Whoever calls has made its change before, so nothing is missed. */
    @Override
    public void notifyLogAppender() {
      if (shouldSendAppendEntries()) {
        super.notifyLogAppender();
      }
    }

    @Override
    public @Nullable SnapshotInfo shouldInstallSnapshot() {
      checkpointWaits = isSilent() && needsCheckpoint();
      return checkpointWaits ? null : super.shouldInstallSnapshot();
    }

    @Override
    public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(
        long callId, boolean heartbeat) throws RaftLogIOException {
      return checkpointWaits && getHeartbeatWaitTimeMs() > 0
          ? null
          : super.newAppendEntriesRequest(callId, heartbeat || checkpointWaits);
    }

    @Override
    public long getWaitTimeMs() {
      return checkpointWaits ? getHeartbeatWaitTimeMs() : super.getWaitTimeMs();
    }

    /* Nobody has answered a new leader yet. */
    private boolean isSilent() {
      long silentMs = getFollower().getLastRpcResponseTime().elapsedTimeMs();
      return silentMs >= getServer().properties().maxRpcTimeoutMs();
    }

    private boolean needsCheckpoint() {
      return getServer().getStateMachine().getLatestSnapshot() != null
          && shouldInstallSnapshot(true);
    }
  }
}
