// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.fsm.interpret.Interpreter;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.read.AppliedWaiters;
import io.kvorum.store.memory.InMemoryMvccStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A store that entries are applied to, as on a replica. */
final class WatchedStore implements AutoCloseable {

  final CheckpointableStore store = InMemoryMvccStore.create(StoreOptions.defaults());
  final AppliedWaiters waiters = new AppliedWaiters(LogPosition.NONE, 0);
  private long index;

  /** Applies one entry and returns the timestamp of its last request. */
  long apply(Request... requests) {
    List<Outcome> outcomes;
    LogPosition position = new LogPosition(1, ++index);
    try (RaftBatch batch = store.openRaftBatch()) {
      outcomes = new Interpreter(batch).interpret(position, new Command(0, List.of(requests)));
      batch.commit(position);
    }
    waiters.advance(position, store.lastCommitTs());
    return ((Outcome.Committed) outcomes.get(outcomes.size() - 1)).commitTs();
  }

  long put(String key, String value) {
    return apply(new Request.Write(List.of(Mutation.put(bytes(key), bytes(value)))));
  }

  /** Takes over the content of another replica, as when it has fallen behind. */
  void install(WatchedStore other, Path copy) {
    LogPosition position = other.store.checkpoint(copy);
    store.installCheckpoint(copy);
    index = position.index();
    waiters.advance(position, store.lastCommitTs());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    store.close();
  }
}
