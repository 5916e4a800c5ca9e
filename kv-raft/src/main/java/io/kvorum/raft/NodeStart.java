// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.AddressInUseException;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.fsm.ApplyLimits;
import io.kvorum.fsm.KvStateMachine;
import io.kvorum.raft.log.RaftLogTail;
import io.kvorum.raft.peer.PeerEndpoint;
import io.kvorum.raft.peer.PeerLinks;
import io.kvorum.raft.read.AppliedWaiters;
import io.kvorum.raft.read.ReadIndexes;
import io.kvorum.raft.read.ReadPoints;
import io.kvorum.raft.server.AppendsInTurn;
import io.kvorum.raft.server.GroupServer;
import io.kvorum.raft.server.Timer;
import io.kvorum.raft.submit.DiskReserve;
import io.kvorum.raft.submit.Route;
import io.kvorum.raft.submit.Submitter;
import io.kvorum.raft.upkeep.Upkeep;
import io.kvorum.raft.watch.Watches;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;

/**
 * Starts a replica: directory, stores, log, server, in that order. When a step fails, what the
 * earlier ones opened is closed again, so nothing is left behind.
 */
final class NodeStart {

  private static final int PORT_ATTEMPTS = 5;
  private static final int CALLBACK_THREADS = 4;
  private static final Duration MAX_APPEND_WAIT = Duration.ofSeconds(30);

  private final NodeSettings settings;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private NodeStart(NodeSettings settings) {
    this.settings = settings;
  }

  static KvNode start(NodeSettings settings) {
    HostProcess.protect();
    if (settings.self().port() != 0) {
      return new NodeStart(settings).run();
    }
    // Between choosing a free port and listening on it somebody else may take it.
    for (int attempt = 1; ; attempt++) {
      try {
        return new NodeStart(settings.withPort(ListenAddress.probe(settings.self()))).run();
      } catch (AddressInUseException e) {
        if (attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private KvNode run() {
    NodeMemory memory = NodeMemory.of(settings);
    try {
      return open(memory);
    } catch (IOException | RuntimeException | Error e) {
      undo(e);
      if (e instanceof KvException || e instanceof InvalidArgumentException) {
        throw (RuntimeException) e;
      } else if (e instanceof Error error) {
        throw error;
      }
      throw explained(e);
    }
  }

  private KvNode open(NodeMemory memory) throws IOException {
    String id = settings.self().id();
    DataDirectory directory =
        opening(
            DataDirectory.open(settings.dataDir(), new ReplicaIdentity(settings.cluster(), id)));
    StoreOptions storeOptions = settings.storeOptions().withMemoryBudget(memory.store());
    CheckpointableStore store = opening(RocksMvccStore.open(directory.store(), storeOptions));
    MvccStore local = opening(RocksMvccStore.open(directory.local(), localOptions(memory)));
    RaftGroup group = settings.raftGroup();
    Path logDir =
        directory.raft().resolve(group.getGroupId().getUuid().toString()).resolve("current");
    RaftLogTail.Result log = RaftLogTail.check(logDir, settings.maxEntryBytes());
    int unused = ListenAddress.probe(settings.self());

    Failure failure = new Failure(id);
    AppliedWaiters waiters = new AppliedWaiters(store.appliedPosition(), store.lastCommitTs());
    NodeEvents events = new NodeEvents(store, waiters, failure, () -> RaftLogTail.discard(logDir));
    KvStateMachine stateMachine =
        opening(
            new KvStateMachine(
                store,
                events,
                ApplyLimits.defaults(),
                log.range(),
                settings.checkpoints(),
                settings.tail(logDir)));
    RaftProperties properties = RaftSettings.of(settings, memory, directory.raft());
    AppendsInTurn appends = new AppendsInTurn(MAX_APPEND_WAIT.toMillis());
    Parameters parameters = new Parameters();
    PeerEndpoint endpoint = new PeerEndpoint(events::answer);
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters, (builder, types) -> endpoint.addTo(appends.customize(builder, types)));
    RaftServer raft =
        opening(
            RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(id))
                .setGroup(group)
                .setOption(RaftStorage.StartupOption.RECOVER)
                .setProperties(properties)
                .setParameters(parameters)
                .setStateMachine(stateMachine)
                .build());
    GroupServer server = new GroupServer(raft, group.getGroupId());
    appends.connect(server);
    raft.start();
    Timer timer = opening(new Timer(id));
    PeerLinks links =
        opening(
            new PeerLinks(
                id,
                group,
                RaftSettings.messageBytes(settings),
                RaftSettings.linkTimeout(settings)));
    DiskReserve reserve = new DiskReserve(id, settings.diskReserveBytes(), settings.freeBytes());
    Submitter submitter =
        new Submitter(
            settings.route().apply(Route.of(server, links)),
            timer,
            reserve,
            settings.maxRequests(),
            settings.maxBytes(),
            settings.maxCommandBytes(),
            settings.sessionTimeToLive());
    ReadIndexes reads =
        new ReadIndexes(
            server,
            links,
            timer,
            settings.electionMin().toNanos(),
            settings.electionMax().toNanos());
    NodeParts parts =
        new NodeParts(
            settings,
            directory,
            store,
            local,
            stateMachine,
            raft,
            server,
            links,
            timer,
            waiters,
            reserve,
            submitter,
            reads,
            new ReadPoints(reads, waiters, timer, () -> NodeParts.closed(id)),
            new Leadership(server, links, reads),
            new Watches(id, store, waiters),
            new Upkeep(server, store, settings.retention(), events::broken),
            callbacks(id),
            failure,
            new AtomicBoolean());
    KvNode node = new KvNode(parts);
    events.connect(
        new PeerService(
            server, submitter, reads, parts.leadership(), settings.electionMin().toMillis()),
        node::failed,
        parts.closing()::get);
    parts.upkeep().start();
    return node;
  }

  private <T extends AutoCloseable> T opening(T part) {
    opened.push(part);
    return part;
  }

  private void undo(Throwable failure) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
  }

  /* The node-local store only knows the direct family, whose writes are always fsynced. */
  private StoreOptions localOptions(NodeMemory memory) {
    return settings.storeOptions().withFsmSyncMode(SyncMode.SYNC).withMemoryBudget(memory.local());
  }

  private static ExecutorService callbacks(String id) {
    AtomicInteger count = new AtomicInteger();
    return Executors.newFixedThreadPool(
        CALLBACK_THREADS,
        task -> {
          Thread thread = new Thread(task, "kvorum-" + id + "-callback-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private RuntimeException explained(Throwable failure) {
    for (Throwable t = failure; t != null && t != t.getCause(); t = t.getCause()) {
      if (t instanceof KvException known) {
        return known;
      }
      if (t instanceof BindException) {
        return ListenAddress.taken(settings.self(), t);
      }
    }
    for (Throwable t = failure; t != null && t != t.getCause(); t = t.getCause()) {
      String name = t.getClass().getSimpleName();
      if (name.startsWith("Corrupt") || name.startsWith("Checksum")) {
        return new StoreCorruptException(
            "the Raft data of replica "
                + settings.self().id()
                + " in "
                + settings.dataDir()
                + " is damaged: "
                + t.getMessage()
                + "; move the data directory away and start the replica again: it gets a copy from"
                + " the other replicas",
            failure);
      }
    }
    return new StoreFailedException(
        "replica "
            + settings.self().id()
            + " in "
            + settings.dataDir()
            + " could not be started: "
            + failure.getMessage()
            + "; if its files are damaged, move the data directory away and start the replica"
            + " again: it gets a copy from the other replicas",
        failure);
  }
}
