// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.apply;

import io.kvorum.bench.driver.FsyncProbe;
import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.bench.jmh.JmhRun;
import io.kvorum.bench.jmh.RunFolders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kv bench apply}: runs {@link ApplyMutationsRaft} and reports. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how fast one writer applies entries to a store in sync, nosync and nowal mode, and"
          + " what a direct write costs in each. Prints a table; leaves JSON, a plot and the log"
          + " of JMH in a folder."
    })
public final class ApplyCommand implements Callable<Integer> {

  private static final int CASES = 9;

  @Mixin private RunFolders folders = new RunFolders();

  @Mixin private JmhRun run = new JmhRun();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    run.check();
    RunFolders.Places places = folders.prepare();
    try {
      double fsyncMicros = FsyncProbe.medianMicros(places.stores());
      List<ApplyResult> rows =
          ApplyResult.of(
              run.measure(
                  places,
                  "apply",
                  "^" + ApplyMutationsRaft.class.getName().replace(".", "\\.") + "\\.",
                  CASES,
                  Map.of(ApplyMutationsRaft.DIR_PROPERTY, places.stores().toString())));
      String title =
          String.format(
              Locale.ROOT, "One writer, 64-byte values; fsync takes %.3f ms", fsyncMicros / 1e3);
      Files.writeString(
          places.results().resolve("apply.svg"), ApplyResult.chart(title, rows).svg());
      PrintWriter stdout = spec().commandLine().getOut();
      stdout.printf(Locale.ROOT, "fsync of this disk, median: %.3f ms%n%n", fsyncMicros / 1e3);
      stdout.println(ApplyResult.table(rows));
      stdout.println("results: " + places.results() + " (apply.json, apply.svg, jmh.log)");
      stdout.flush();
      return 0;
    } catch (IOException e) {
      throw new BenchmarkFailedException("the results could not be written: " + e, e);
    }
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
