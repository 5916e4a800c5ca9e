// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * All that {@link io.kvorum.api.ReplicatedKv} promises and that a working group can show.
 *
 * <pre>{@code
 * for (KvPromise promise : ReplicatedKvContract.promises()) {
 *   String words = promise.words();
 *   tests.add(dynamicTest(words, () -> promise.check(replicas(cluster), words + "/")));
 * }
 * }</pre>
 */
public final class ReplicatedKvContract {

  private ReplicatedKvContract() {}

  /** The promises; each may be checked on its own, in any order. */
  public static List<KvPromise> promises() {
    List<KvPromise> promises = new ArrayList<>(WritePromises.all());
    promises.addAll(ReadPromises.all());
    promises.addAll(LargePromises.all());
    promises.addAll(WatchPromises.all());
    promises.addAll(OutcomePromises.all());
    return promises;
  }
}
