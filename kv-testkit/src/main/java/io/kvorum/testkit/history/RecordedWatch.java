// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static io.kvorum.testkit.history.Operation.NO_TIMESTAMP;

import io.kvorum.api.Change;
import io.kvorum.api.CommitEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A watch under way; goes on through its reconnections. Thread-safe.
 *
 * <pre>{@code
 * RecordedWatch watch = recorder.watch("w1", null, null, afterTs);
 * watch.delivered(event); // each that a subscriber is given
 * watch.completeThrough(event.commitTs()); // up to here it has seen all
 * }</pre>
 */
public final class RecordedWatch {

  private final String client;
  private final @Nullable String start;
  private final @Nullable String end;
  private final long afterTs;

  // guarded by this
  private final List<WatchRun.Event> events = new ArrayList<>();
  private long throughTs = NO_TIMESTAMP;

  RecordedWatch(String client, @Nullable String start, @Nullable String end, long afterTs) {
    this.client = client;
    this.start = start;
    this.end = end;
    this.afterTs = afterTs;
  }

  /** It delivered this commit, just now. */
  public synchronized void delivered(long commitTs, List<Effect> effects) {
    events.add(new WatchRun.Event(System.nanoTime(), commitTs, effects));
  }

  /**
   * It delivered this event, just now.
   *
   * @throws IllegalArgumentException if it holds a large value, which a history does not model
   */
  public void delivered(CommitEvent event) {
    delivered(event.commitTs(), event.changes().stream().map(RecordedWatch::effect).toList());
  }

  private static Effect effect(Change change) {
    if (change instanceof Change.Put put) {
      return new Effect.Put(Latin.text(put.key()), Latin.text(put.value()));
    } else if (change instanceof Change.Delete delete) {
      return new Effect.Delete(Latin.text(delete.key()));
    } else if (change instanceof Change.PutLarge put) {
      throw new IllegalArgumentException("a history holds no large values: " + put);
    }
    return new Effect.DeletePrefix(Latin.text(((Change.DeletePrefix) change).prefix()));
  }

  /** It has delivered everything up to this timestamp, or says so. */
  public synchronized void completeThrough(long timestamp) {
    throughTs = Math.max(throughTs, timestamp);
  }

  synchronized WatchRun run() {
    return new WatchRun(client, start, end, afterTs, throughTs, events);
  }
}
