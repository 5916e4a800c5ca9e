// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.bench.jmh.Folders;
import io.kvorum.bench.jmh.JmhRun;
import io.kvorum.bench.jmh.RunFolders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kv bench store}: makes the data, measures every operation on it, and reports. */
@Command(
    name = "store",
    mixinStandardHelpOptions = true,
    description = {
      "Measures each operation of the store beside the raw RocksDB operation that it cannot beat."
          + " Prints a table; leaves JSON and the log of JMH in a folder."
    })
public final class StoreCommand implements Callable<Integer> {

  private static final int FEWEST_KEYS = 2_000;
  private static final int MOST_KEYS = 10_000_000;

  @Mixin private RunFolders folders = new RunFolders();

  @Mixin private JmhRun run = new JmhRun();

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "Keys in the store, 24 bytes each, with three versions of 80 bytes. All of it is held in"
              + " memory, about 0.8 KiB a key. Default: 1000000.")
  private int keys = 1_000_000;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    run.check(
        keys >= FEWEST_KEYS && keys <= MOST_KEYS,
        "--keys is " + keys + ", allowed are " + FEWEST_KEYS + " to " + MOST_KEYS);
    run.check();
    RunFolders.Places places = folders.prepare();
    try {
      Path stores = Files.createTempDirectory(places.stores(), "stores-");
      try {
        Collection<RunResult> results = measure(places, stores);
        PrintWriter stdout = spec().commandLine().getOut();
        stdout.printf(Locale.ROOT, "%,d keys, 3 versions each, nanoseconds an operation%n%n", keys);
        stdout.println(StoreRow.table(results));
        stdout.println("results: " + places.results() + " (store.json, jmh.log)");
        stdout.flush();
        return 0;
      } finally {
        Folders.delete(stores);
      }
    } catch (IOException e) {
      throw new BenchmarkFailedException("the stores could not be made: " + e, e);
    }
  }

  private Collection<RunResult> measure(RunFolders.Places places, Path stores) throws IOException {
    Map<String, String> properties =
        Map.of(Data.DIR_PROPERTY, stores.toString(), Data.KEYS_PROPERTY, Integer.toString(keys));
    properties.forEach(System::setProperty); // the data is made here and measured elsewhere
    System.err.printf(Locale.ROOT, "making the data, %,d keys%n", keys);
    for (Data data : Data.values()) {
      data.build();
    }
    String include = "^" + getClass().getPackageName().replace(".", "\\.") + "\\.";
    return run.measure(places, "store", include, StoreRow.CASES, properties);
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
