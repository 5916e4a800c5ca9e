// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.rheakv;

import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.rhea.client.DefaultRheaKVStore;
import com.alipay.sofa.jraft.rhea.options.RheaKVStoreOptions;
import com.alipay.sofa.jraft.rhea.options.RocksDBOptions;
import com.alipay.sofa.jraft.rhea.options.configured.PlacementDriverOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.RheaKVStoreOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.StoreEngineOptionsConfigured;
import com.alipay.sofa.jraft.rhea.storage.StorageType;
import com.alipay.sofa.jraft.util.Endpoint;
import io.kvorum.bench.driver.Target;
import io.kvorum.bench.peer.TargetFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Starts the stores. */
public final class RheaKv implements TargetFactory {

  @Override
  public Target start(Path folder, int replicas, List<Integer> ports) throws Exception {
    List<Integer> own = ports.subList(0, replicas);
    String group = own.stream().map(p -> "127.0.0.1:" + p).collect(Collectors.joining(","));
    List<DefaultRheaKVStore> stores = new ArrayList<>();
    for (int port : own) {
      DefaultRheaKVStore store = new DefaultRheaKVStore();
      if (!store.init(options(folder.resolve("n" + port), port, group))) {
        throw new IOException("RheaKV could not be started on port " + port);
      }
      stores.add(store);
    }
    RheaKvTarget target = new RheaKvTarget(stores);
    target.beforeRound();
    return target;
  }

  private static RheaKVStoreOptions options(Path folder, int port, String group)
      throws IOException {
    RaftOptions raft = new RaftOptions();
    raft.setSync(true); // an entry is fsynced before it counts
    NodeOptions node = new NodeOptions();
    node.setRaftOptions(raft);
    RocksDBOptions database = new RocksDBOptions();
    database.setDbPath(Files.createDirectories(folder.resolve("db")).toString());
    database.setSync(false); // its default: the log has it
    return RheaKVStoreOptionsConfigured.newConfigured()
        .withClusterName("bench")
        .withInitialServerList(group)
        .withPlacementDriverOptions(
            PlacementDriverOptionsConfigured.newConfigured().withFake(true).config())
        .withStoreEngineOptions(
            StoreEngineOptionsConfigured.newConfigured()
                .withStorageType(StorageType.RocksDB)
                .withRocksDBOptions(database)
                .withRaftDataPath(Files.createDirectories(folder.resolve("raft")).toString())
                .withServerAddress(new Endpoint("127.0.0.1", port))
                .withCommonNodeOptions(node)
                .config())
        .config();
  }
}
