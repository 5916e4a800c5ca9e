// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer;

import io.kvorum.bench.driver.Target;
import java.nio.file.Path;
import java.util.List;

/** Starts a system. Made by its constructor without arguments. */
public interface TargetFactory {

  /**
   * Starts the system and waits until it takes requests.
   *
   * @param folder empty, on the disk that is measured
   * @param replicas how many; a system without replication ignores it
   * @param ports of loopback that were free a moment ago, two for each replica
   * @throws Exception whatever the system throws
   */
  Target start(Path folder, int replicas, List<Integer> ports) throws Exception;
}
