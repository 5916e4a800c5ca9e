// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis's transport by gRPC, whose appenders are left asleep while they have nothing to send.
 *
 * <p>Ratis 3.3.0 wakes all of a leader's appenders whenever an entry commits and whenever a
 * follower tells a new commit index. What they could tell then, the commit index, they only send
 * with an entry or a heartbeat; so each finds that there is nothing to do, which costs two changes
 * of threads. For an entry in a group of three that is eight times.
 *
 * <p>Ratis makes it by its name, see {@link RpcType#valueOf}.
 */
public final class QuietAppenders implements RpcType {

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
  }
}
