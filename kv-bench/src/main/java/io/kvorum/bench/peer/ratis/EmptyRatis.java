// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.ratis;

import io.kvorum.bench.driver.Target;
import io.kvorum.bench.peer.TargetFactory;
import java.nio.file.Path;
import java.util.List;

/** Starts a group. */
public final class EmptyRatis implements TargetFactory {

  @Override
  public Target start(Path folder, int replicas, List<Integer> ports) throws Exception {
    return RatisTarget.start(folder, ports.subList(0, replicas));
  }
}
