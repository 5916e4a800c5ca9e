// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.ratis;

import io.kvorum.bench.driver.Access;
import io.kvorum.bench.driver.Entry;
import io.kvorum.bench.driver.Target;
import io.kvorum.bench.driver.Versions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/** A group of Ratis servers in this JVM that replicate and do nothing; asked at the leader. */
final class RatisTarget implements Target {

  private static final long LEADER_SECONDS = 60;
  private static final long POLL_MILLIS = 5;
  private static final int SEGMENT_MIB = 4;

  private final RaftGroup group;
  private final List<RaftServer> servers;
  private final ClientId client = ClientId.randomId();
  private volatile RaftServer.@Nullable Division leader;

  private RatisTarget(RaftGroup group, List<RaftServer> servers) {
    this.group = group;
    this.servers = servers;
  }

  static RatisTarget start(Path folder, List<Integer> ports)
      throws IOException, InterruptedException {
    List<RaftPeer> peers = new ArrayList<>();
    for (int port : ports) {
      String id = "n" + (peers.size() + 1);
      peers.add(RaftPeer.newBuilder().setId(id).setAddress("127.0.0.1:" + port).build());
    }
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.randomId(), peers);
    RatisTarget target = new RatisTarget(group, new ArrayList<>());
    try {
      for (RaftPeer peer : peers) {
        RaftServer server =
            RaftServer.newBuilder()
                .setServerId(peer.getId())
                .setGroup(group)
                .setStateMachine(new EmptyStateMachine())
                .setProperties(properties(peer, folder.resolve(peer.getId().toString())))
                .build();
        target.servers.add(server);
        server.start();
      }
      target.beforeRound();
      return target;
    } catch (IOException | InterruptedException | RuntimeException e) {
      target.close();
      throw e;
    }
  }

  /** As Kvorum's replicas are set. */
  private static RaftProperties properties(RaftPeer peer, Path folder) {
    RaftProperties raft = new RaftProperties();
    GrpcConfigKeys.Server.setPort(
        raft, Integer.parseInt(peer.getAddress().substring("127.0.0.1:".length())));
    RaftServerConfigKeys.setStorageDir(raft, List.<File>of(folder.toFile()));
    RaftServerConfigKeys.Rpc.setTimeoutMin(raft, millis(600));
    RaftServerConfigKeys.Rpc.setTimeoutMax(raft, millis(1_100));
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(raft, false);
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(raft, false);
    RaftServerConfigKeys.Log.setLogMetadataEnabled(raft, false);
    RaftServerConfigKeys.Log.Appender.setWaitTimeMin(raft, millis(0));
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(raft, false);
    RaftServerConfigKeys.Log.setSegmentSizeMax(raft, SizeInBytes.valueOf(SEGMENT_MIB + "MB"));
    RaftServerConfigKeys.Log.setPreallocatedSize(raft, SizeInBytes.valueOf(SEGMENT_MIB + "MB"));
    RaftServerConfigKeys.RetryCache.setExpiryTime(raft, millis(2_000));
    return raft;
  }

  private static TimeDuration millis(long millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public Set<Access> offers() {
    return EnumSet.of(Access.PUT, Access.BATCH);
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("version", "Ratis " + Versions.of("ratis") + ", gRPC");
    settings.put("replicas", servers.size() + " in one JVM, asked at the leader's group server");
    settings.put("durability", "log fsynced; nothing is applied, one request an entry");
    settings.put(
        "other settings",
        "as Kvorum's: log metadata off, appender wait 0, compose off, election 600-1,100 ms");
    return settings;
  }

  @Override
  public void beforeRound() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEADER_SECONDS);
    while (System.nanoTime() - end < 0) {
      for (RaftServer server : servers) {
        RaftServer.Division division = division(server);
        if (division.getInfo().isLeader() && division.getInfo().isLeaderReady()) {
          leader = division;
          return;
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("no leader within " + LEADER_SECONDS + " s");
  }

  private RaftServer.Division division(RaftServer server) {
    try {
      return server.getDivision(group.getGroupId());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return submit(
        UnsafeByteOperations.unsafeWrap(key).concat(UnsafeByteOperations.unsafeWrap(value)));
  }

  @Override
  public CompletableFuture<?> batch(List<Entry> entries) {
    ByteString.Output bytes = ByteString.newOutput();
    for (Entry entry : entries) {
      bytes.write(entry.key(), 0, entry.key().length);
      bytes.write(entry.value(), 0, entry.value().length);
    }
    return submit(bytes.toByteString());
  }

  private CompletableFuture<RaftClientReply> submit(ByteString command) {
    RaftServer.Division at = leader;
    if (at == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("no leader was found"));
    }
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(at.getId())
            .setGroupId(group.getGroupId())
            .setCallId(CallId.getAndIncrement())
            .setMessage(Message.valueOf(command))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return ((RaftClientAsynchronousProtocol) at)
          .submitClientRequestAsync(request)
          .thenApply(RatisTarget::checked);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static RaftClientReply checked(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new IllegalStateException(String.valueOf(reply.getException()));
    }
    return reply;
  }

  @Override
  public void close() {
    for (RaftServer server : servers) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
