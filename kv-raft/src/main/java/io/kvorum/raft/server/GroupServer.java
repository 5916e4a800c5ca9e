// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import io.kvorum.fsm.ProposalGate;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexReplyProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Raft server of one group on this replica. All methods may be called from any thread, and
 * answer from memory unless they say otherwise.
 */
public final class GroupServer implements AppendsInTurn.Log {

  private static final Logger LOG = LoggerFactory.getLogger(GroupServer.class);

  private final RaftServer server;
  private final RaftServer.Division division;
  private final RaftClientAsynchronousProtocol submissions;
  private final RaftGroupId group;
  private final RaftPeerId self;

  /*
   * Every request gets a call id of its own and is never sent twice, so Ratis's retry cache, which
   * would answer a repeated id from memory, never does.
   */
  private final ClientId client = ClientId.randomId();

  /** Wraps a server that has been built, started or not. */
  public GroupServer(RaftServer server, RaftGroupId group) throws IOException {
    this.server = server;
    this.division = server.getDivision(group);
    if (!(division instanceof RaftClientAsynchronousProtocol protocol)) {
      throw new IOException("this Ratis takes no requests at its group server: " + division);
    }
    this.submissions = protocol;
    this.group = group;
    this.self = server.getId();
  }

  /** This replica. */
  public String self() {
    return self.toString();
  }

  /** The leader this replica knows of. */
  public Optional<String> leader() {
    RaftPeerId leader = division.getInfo().getLeaderId();
    return Optional.ofNullable(leader).map(RaftPeerId::toString);
  }

  /** Whether this replica has been elected, ready or not. */
  public boolean isElected() {
    return division.getInfo().isLeader();
  }

  /** Whether this replica leads and has committed an entry of its own term. */
  public boolean isReadyLeader() {
    return division.getInfo().isLeader() && division.getInfo().isLeaderReady();
  }

  /** The term. It never falls, and a vote given in it is on disk before it is sent. */
  public long term() {
    return division.getInfo().getCurrentTerm();
  }

  /**
   * How long from now on this replica will, by itself, support no other leader than this one, in
   * milliseconds: what is left of the time it waits for its leader before it takes part in an
   * election. 0 when it does not follow that leader.
   *
   * @param electionMinMillis how long it waits at the least
   */
  public long supportMillis(String leader, long electionMinMillis) {
    if (!division.getInfo().isFollower() || !leader().equals(Optional.of(leader))) {
      return 0;
    }
    RoleInfoProto role = division.getInfo().getRoleInfoProto();
    if (!role.hasFollowerInfo()) {
      return 0;
    }
    long silent = role.getFollowerInfo().getLeaderInfo().getLastRpcElapsedTimeMs();
    return Math.max(0, electionMinMillis - silent - 1); // 1 for what was rounded away
  }

  /** Index of the last log entry that this replica knows to be committed. */
  public long commitIndex() {
    return division.getRaftLog().getLastCommittedIndex();
  }

  /** Index of the first entry the log holds. */
  public long firstIndex() {
    return division.getRaftLog().getStartIndex();
  }

  /** Index of the last entry the log holds. */
  @Override
  public long lastIndex() {
    return division.getRaftLog().getNextIndex() - 1;
  }

  @Override
  public long fsyncedIndex() {
    return division.getRaftLog().getFlushIndex();
  }

  @Override
  public boolean holds(TermIndex entry) {
    return division.getRaftLog().contains(entry);
  }

  @Override
  public boolean isOfGroup(ByteString id) {
    return group.toByteString().equals(id);
  }

  @Override
  public void commit(long index) {
    boolean unused = division.getRaftLog().updateCommitIndex(index, term(), false);
  }

  @Override
  public int appendsUnderWay() {
    RoleInfoProto role = division.getInfo().getRoleInfoProto();
    return role.hasFollowerInfo() ? role.getFollowerInfo().getOutstandingOp() : 0;
  }

  /** Those who vote now. */
  public Voters voters() {
    return new Voters(
        ids(division.getRaftConf().getCurrentPeers()),
        ids(division.getRaftConf().getPreviousPeers()));
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return division.getInfo().isAlive();
  }

  /**
   * Proposes a command to this replica as the leader. Never throws. The future completes on one of
   * Ratis's threads when the command is applied here, or when the server lets go of it; the gate
   * tells whether it went into the log.
   */
  public CompletableFuture<RaftClientReply> propose(ProposalGate command) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(self)
            .setGroupId(group)
            .setCallId(CallId.getAndIncrement())
            .setMessage(command)
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return submissions.submitClientRequestAsync(request);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Asks this replica, the leader, to hand leadership over, to anyone when the peer is null. */
  public CompletableFuture<RaftClientReply> transferLeadership(
      @Nullable String peer, long timeoutMillis) {
    try {
      return server.transferLeadershipAsync(
          new TransferLeadershipRequest(
              client,
              self,
              group,
              CallId.getAndIncrement(),
              peer == null ? null : RaftPeerId.valueOf(peer),
              timeoutMillis));
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Has this replica, the leader, send a follower the commit index now instead of with the next
   * heartbeat, which may be half an election timeout away. Does nothing if it does not lead.
   */
  public void tellCommitIndex(String follower) {
    // Ratis does this for a follower that asks for its read index. The index it answers is not
    // confirmed as ours is, so only the side effect is of use.
    RaftClientRequest read =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(self)
            .setGroupId(group)
            .setCallId(CallId.getAndIncrement())
            .setType(RaftClientRequest.readRequestType())
            .build();
    ReadIndexRequestProto request =
        ReadIndexRequestProto.newBuilder()
            .setServerRequest(
                RaftRpcRequestProto.newBuilder()
                    .setRequestorId(RaftPeerId.valueOf(follower).toByteString())
                    .setReplyId(self.toByteString())
                    .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.toByteString())))
            .setClientRequest(ClientProtoUtils.toRaftClientRequestProto(read))
            .build();
    try {
      CompletableFuture<ReadIndexReplyProto> unused =
          server
              .readIndexAsync(request)
              .whenComplete(
                  (reply, e) -> {
                    if (e != null) {
                      LOG.debug("{}: telling {} the commit index", self, follower, e);
                    }
                  });
    } catch (IOException e) {
      // The server is closing; the follower waits for the next leader.
      LOG.debug("{}: telling {} the commit index: {}", self, follower, e.toString());
    }
  }

  /** Asks this replica for a checkpoint, unless nothing was applied since the last one. */
  public CompletableFuture<RaftClientReply> checkpoint(long timeoutMillis) {
    try {
      return server.snapshotManagementAsync(
          SnapshotManagementRequest.newCreate(
              client, self, group, CallId.getAndIncrement(), timeoutMillis, 1));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Set<String> ids(Collection<RaftPeer> peers) {
    return peers.stream().map(peer -> peer.getId().toString()).collect(Collectors.toSet());
  }
}
