// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static io.kvorum.testkit.history.Operation.NO_TIMESTAMP;

import java.util.ArrayList;
import java.util.List;

/**
 * A call under way. The client tells what it sees and changes, and then, once, how the call ended.
 * What was not ended when the history is taken has an unknown outcome. Thread-safe.
 *
 * <pre>{@code
 * String name = Latin.text(key); // histories are text, one char a byte
 * RecordedCall write = recorder.begin("c1", Kind.WRITE).changes(new Effect.Put(name, "1"));
 * map.put(name, "1"); // the call that is recorded
 * write.ok(); // or refused(), or unknown()
 *
 * RecordedCall read = recorder.begin("c1", Kind.READ, new ReadPromise.Linearizable());
 * read.saw(new Observation.Point(name, map.get(name))).ok();
 * }</pre>
 */
public final class RecordedCall {

  private final HistoryRecorder recorder;
  private final String client;
  private final Kind kind;
  private final ReadPromise promise;
  private final long invokedAt;

  // guarded by this
  private final List<Observation> observations = new ArrayList<>(1);
  private final List<Effect> effects = new ArrayList<>(1);
  private long readTs = NO_TIMESTAMP;

  RecordedCall(
      HistoryRecorder recorder, String client, Kind kind, ReadPromise promise, long invokedAt) {
    this.recorder = recorder;
    this.client = client;
    this.kind = kind;
    this.promise = promise;
    this.invokedAt = invokedAt;
  }

  /** It will make this change, after those told before; tell it before the store is asked to. */
  public synchronized RecordedCall changes(Effect effect) {
    effects.add(effect);
    return this;
  }

  /** It saw this. */
  public synchronized RecordedCall saw(Observation observation) {
    observations.add(observation);
    return this;
  }

  /** It reads at this timestamp. */
  public synchronized RecordedCall readsAt(long timestamp) {
    readTs = timestamp;
    return this;
  }

  /** It was acknowledged, just now. */
  public void ok() {
    end(Outcome.OK, NO_TIMESTAMP);
  }

  /** It was acknowledged, just now, as a commit at this timestamp. */
  public void ok(long commitTs) {
    end(Outcome.OK, commitTs);
  }

  /** It certainly did not happen and never will. */
  public void refused() {
    end(Outcome.REFUSED, NO_TIMESTAMP);
  }

  /** It may have happened, or may yet. */
  public void unknown() {
    end(Outcome.UNKNOWN, NO_TIMESTAMP);
  }

  private void end(Outcome outcome, long commitTs) {
    recorder.ended(this, operation(outcome, commitTs));
  }

  synchronized Operation operation(Outcome outcome, long commitTs) {
    return new Operation(
        client,
        kind,
        invokedAt,
        System.nanoTime(),
        outcome,
        promise,
        readTs,
        commitTs,
        observations,
        effects);
  }
}
