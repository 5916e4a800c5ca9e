// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.load;

import io.kvorum.api.SyncMode;
import io.kvorum.bench.driver.CaseResult;
import io.kvorum.bench.driver.FsyncProbe;
import io.kvorum.bench.driver.Json;
import io.kvorum.bench.driver.LoadFailedException;
import io.kvorum.bench.driver.Machine;
import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.bench.jmh.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kv bench load}: puts load on a cluster in this JVM and reports. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = {
      "Puts load on a cluster whose replicas all run in this JVM, with real fsync: 24-byte keys,"
          + " 100-byte values. Closed loop with so many requests in flight, or open loop at a rate."
          + " Prints a table of medians."
    })
public final class LoadCommand implements Callable<Integer> {

  private static final Set<Integer> REPLICAS = Set.of(1, 3, 5);

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "3",
      description = "1, 3 or 5. Default: 3.")
  private int replicas = 3;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "sync",
      description = "FSM_SYNC_MODE: sync, nosync or nowal. Default: sync.")
  private String mode = "sync";

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Where to write all results as JSON. Default: nowhere.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    options.check();
    options.check(
        REPLICAS.contains(replicas), "--replicas is " + replicas + ", allowed are 1, 3, 5");
    SyncMode syncMode = syncMode();
    Path folder = options.newFolder("load");
    try {
      try {
        report(measure(folder, syncMode));
        return 0;
      } finally {
        Folders.delete(folder);
      }
    } catch (IOException | LoadFailedException e) {
      throw new BenchmarkFailedException("the load run failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkFailedException("interrupted", e);
    }
  }

  private LoadReport measure(Path folder, SyncMode syncMode)
      throws IOException, InterruptedException {
    Machine machine = Machine.here(FsyncProbe.medianMicros(folder));
    try (KvorumTarget target = KvorumTarget.start(folder, replicas, syncMode)) {
      PrintWriter progress = spec().commandLine().getErr();
      List<CaseResult> results = new LoadRun(options, progress).run(target);
      return new LoadReport(machine, target.settings(), options.keys(), options.seconds(), results);
    }
  }

  private void report(LoadReport report) throws IOException {
    PrintWriter out = spec().commandLine().getOut();
    out.println(report.machine());
    report.settings().forEach((name, value) -> out.println(name + ": " + value));
    out.println();
    out.print(LoadTable.of(report.results()));
    if (json != null) {
      Json.write(json, report);
    }
    out.flush();
  }

  private SyncMode syncMode() {
    for (SyncMode each : SyncMode.values()) {
      if (each.text().equals(mode)) {
        return each;
      }
    }
    options.check(false, "--mode is " + mode + ", allowed are sync, nosync, nowal");
    throw new IllegalStateException();
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
