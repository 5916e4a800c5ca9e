// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import io.kvorum.api.ReplicatedKv;
import java.util.List;

/**
 * One promise.
 *
 * <p>Example: {@link ReplicatedKvContract}.
 *
 * @param words what is promised
 */
public record KvPromise(String words, Check check) {

  /** Looks whether a promise is kept. */
  @FunctionalInterface
  public interface Check {

    /**
     * Throws an AssertionError if it is not.
     *
     * @param replicas the group, each replica at least once; they may hold keys of others, which
     *     begin otherwise
     * @param prefix what the keys of this check begin with; nothing does when it starts
     */
    void run(List<ReplicatedKv> replicas, String prefix);
  }

  /** Checks it. */
  public void check(List<ReplicatedKv> replicas, String prefix) {
    check.run(replicas, prefix);
  }
}
