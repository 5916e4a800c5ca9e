// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.List;

/**
 * One commit, as far as it lies in the range of a {@link ReplicatedKv#watch(KeyRange, long) watch}.
 *
 * <pre>{@code
 * class Follower implements Flow.Subscriber<CommitEvent> {
 *   Flow.Subscription subscription;
 *
 *   public void onSubscribe(Flow.Subscription given) {
 *     subscription = given;
 *     subscription.request(1);
 *   }
 *
 *   public void onNext(CommitEvent event) {
 *     changes.addAll(event.changes());
 *     last.set(event.commitTs()); // kept wherever the effects of the events are kept
 *     subscription.request(1);
 *   }
 *
 *   public void onError(Throwable why) {} // watch again after last, here or elsewhere
 *
 *   public void onComplete() {} // a watch has no end
 * }
 *
 * kv.watch(range, afterTs).subscribe(new Follower());
 * }</pre>
 *
 * @param commitTs as in {@link Commit#timestamp}; to resume a watch, begin the next one after it
 * @param changes at least one, one for each key, in the order of the writes; none if this only
 *     tells the progress of a {@link ReplicatedKv#watch(KeyRange, long, java.time.Duration)}
 */
public record CommitEvent(long commitTs, List<Change> changes) {
  public CommitEvent {
    changes = List.copyOf(changes);
  }
}
