// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static io.kvorum.testkit.history.Operation.NO_TIMESTAMP;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Records what the clients of one process do, on whichever replicas. Thread-safe; a call costs two
 * clock reads and no lock that another client holds.
 *
 * <p>Example: {@link HistoryChecker}.
 */
public final class HistoryRecorder {

  private final Set<RecordedCall> open = ConcurrentHashMap.newKeySet();
  private final Queue<Operation> ended = new ConcurrentLinkedQueue<>();
  private final Queue<RecordedWatch> watches = new ConcurrentLinkedQueue<>();

  /** A call begins now. Its reads, if any, promise to be linearizable. */
  public RecordedCall begin(String client, Kind kind) {
    return begin(client, kind, new ReadPromise.Linearizable());
  }

  /** A call begins now. */
  public RecordedCall begin(String client, Kind kind, ReadPromise promise) {
    RecordedCall call = new RecordedCall(this, client, kind, promise, System.nanoTime());
    open.add(call);
    return call;
  }

  /**
   * A watch of the keys from {@code start} to {@code end} begins, for commits above a timestamp.
   */
  public RecordedWatch watch(
      String client, @Nullable String start, @Nullable String end, long afterTs) {
    RecordedWatch watch = new RecordedWatch(client, start, end, afterTs);
    watches.add(watch);
    return watch;
  }

  /** What was recorded so far; calls still under way have an unknown outcome. */
  public History history() {
    List<RecordedCall> running = List.copyOf(open);
    List<Operation> operations = new ArrayList<>(ended);
    for (RecordedCall call : running) {
      if (open.contains(call)) {
        operations.add(call.operation(Outcome.UNKNOWN, NO_TIMESTAMP));
      }
    }
    return new History(operations, watches.stream().map(RecordedWatch::run).toList());
  }

  void ended(RecordedCall call, Operation operation) {
    if (!open.remove(call)) {
      throw new IllegalStateException("the call has ended before: " + operation);
    }
    ended.add(operation);
  }
}
