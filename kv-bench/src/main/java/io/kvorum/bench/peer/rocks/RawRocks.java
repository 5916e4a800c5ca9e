// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.rocks;

import io.kvorum.bench.driver.Target;
import io.kvorum.bench.peer.TargetFactory;
import java.nio.file.Path;
import java.util.List;

/** Opens a database. */
public final class RawRocks implements TargetFactory {

  @Override
  public Target start(Path folder, int replicas, List<Integer> ports) throws Exception {
    return new RocksTarget(folder.resolve("db"));
  }
}
