// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.KvException;
import io.kvorum.api.MvccStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a node down: refuse new writes, end their sessions, hand leadership over, settle who waits,
 * then connections and the Raft server (which closes the state machine), and only then the stores
 * under it, and last the lock of the directory.
 */
final class NodeShutdown {

  private static final Logger LOG = LoggerFactory.getLogger(NodeShutdown.class);
  private static final long HAND_OVER_MILLIS = 1_000;
  private static final Duration SESSIONS_PATIENCE = Duration.ofMillis(300);
  private static final long SERVER_SECONDS = 60;
  private static final long CALLBACK_SECONDS = 10;

  private final NodeParts node;
  private final String id;

  NodeShutdown(NodeParts node) {
    this.node = node;
    this.id = node.settings().self().id();
  }

  /** Runs once; the caller sees to that. */
  void run() {
    endSessions();
    handOver();
    settle();
    node.upkeep().close();
    node.links().close();
    boolean stopped = stopServer();
    node.timer().close();
    finishCallbacks();
    if (!stopped) {
      // A store closed under a running apply thread would take the process down.
      throw new KvException(
          "replica "
              + id
              + " did not stop within "
              + SERVER_SECONDS
              + " s; its stores stay open and its directory locked until the process ends");
    }
    // Each is closed whatever becomes of the others: the last flush of a store may fail.
    try (DataDirectory directory = node.directory();
        MvccStore local = node.local();
        MvccStore store = node.store()) {
      LOG.debug("{}: closing {}, {} and {}", id, store, local, directory.root());
    }
  }

  /** What they read is still open; bounded, and the stores wait for a read that takes longer. */
  private void finishCallbacks() {
    node.callbacks().shutdown();
    try {
      if (!node.callbacks().awaitTermination(CALLBACK_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("{}: asynchronous reads still ran {} s after closing", id, CALLBACK_SECONDS);
      }
      if (!node.watches().awaitEnd(TimeUnit.SECONDS.toMillis(CALLBACK_SECONDS))) {
        LOG.warn("{}: a subscriber still held its watch {} s after closing", id, CALLBACK_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Refuses new calls and settles those under way. */
  void settle() {
    boolean failed = node.failure().get().isPresent();
    node.submitter().stop(failed ? node.failure()::refusal : node::closed);
    node.reads().stop(failed ? node.failure()::refusal : node::closed);
    node.watches().stop(failed ? node.failure()::refusal : node::closed);
    node.waiters().stop(failed ? node.failure()::refusal : node::closed);
  }

  /** Before leadership goes: here the entry is the nearest. Without a leader they just expire. */
  private void endSessions() {
    if (node.failure().get().isEmpty() && node.server().leader().isPresent()) {
      node.submitter().sessions().close(node::closed, SESSIONS_PATIENCE);
    }
  }

  private void handOver() {
    boolean alone = node.settings().members().size() == 1;
    if (alone || node.failure().get().isPresent() || !node.server().isReadyLeader()) {
      return;
    }
    try {
      node.leadership().handOver(Duration.ofMillis(HAND_OVER_MILLIS));
    } catch (KvException e) {
      // Then the others elect one when they miss this one.
      LOG.info("{}: leadership was not handed over before closing: {}", id, e.getMessage());
    }
  }

  private boolean stopServer() {
    Thread closer =
        new Thread(
            () -> {
              try {
                node.raft().close();
                node.stateMachine().close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "kvorum-" + id + "-close");
    closer.setDaemon(true);
    closer.start();
    try {
      closer.join(TimeUnit.SECONDS.toMillis(SERVER_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !closer.isAlive();
  }
}
