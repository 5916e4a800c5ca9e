// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.kvorum;

import io.kvorum.api.SyncMode;
import io.kvorum.bench.driver.Target;
import io.kvorum.bench.load.KvorumTarget;
import io.kvorum.bench.peer.TargetFactory;
import java.nio.file.Path;
import java.util.List;

/** Starts a cluster in mode sync. */
public final class KvorumSync implements TargetFactory {

  @Override
  public Target start(Path folder, int replicas, List<Integer> ports) {
    return KvorumTarget.start(folder, replicas, SyncMode.SYNC);
  }
}
