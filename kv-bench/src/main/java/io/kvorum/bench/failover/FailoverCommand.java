// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import io.kvorum.bench.driver.FsyncProbe;
import io.kvorum.bench.driver.Json;
import io.kvorum.bench.driver.Machine;
import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.bench.jmh.Folders;
import io.kvorum.bench.jmh.RunFolders;
import io.kvorum.testkit.process.ProcessCluster;
import io.kvorum.testkit.process.ReplicaProcessException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kv bench failover}: makes every {@link Fault} and reports. */
@Command(
    name = "failover",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the longest time without an acknowledged write when the leader of three replicas, a"
          + " JVM each on loopback with default settings, is killed, hands over, or is paused, and"
          + " when a follower is paused. Then looks for writes that were lost or applied twice."
          + " Prints a table, leaves JSON in a folder; exit code 1 if there are any."
    })
public final class FailoverCommand implements Callable<Integer> {

  private static final int REPLICAS = 3;
  private static final int MAX_TRIES = 1_000;

  @Mixin private RunFolders folders = new RunFolders();

  @Option(
      names = "--tries",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often each fault is made. Default: 10.")
  private int tries = 10;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (tries < 1 || tries > MAX_TRIES) {
      throw new ParameterException(
          spec().commandLine(), "--tries is " + tries + ", allowed are 1 to " + MAX_TRIES);
    }
    RunFolders.Places places = folders.prepare();
    try {
      Path folder = Files.createTempDirectory(places.stores(), "failover-");
      try {
        return report(measure(folder), places.results());
      } finally {
        Folders.delete(folder);
      }
    } catch (IOException | ReplicaProcessException e) {
      throw new BenchmarkFailedException("the measurement failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkFailedException("interrupted", e);
    }
  }

  private FailoverReport measure(Path folder) throws IOException, InterruptedException {
    Machine machine = Machine.here(FsyncProbe.medianMicros(folder));
    try (ProcessCluster cluster = ProcessCluster.start(folder, REPLICAS)) {
      cluster.awaitEveryLog();
      FailoverRun run = new FailoverRun(cluster);
      List<FaultResult> results = new ArrayList<>();
      for (Fault fault : Fault.values()) {
        FaultResult result = run.measure(fault, tries);
        spec().commandLine().getErr().print(result.row());
        spec().commandLine().getErr().flush();
        results.add(result);
      }
      return new FailoverReport(machine, results, run.verdict());
    }
  }

  private int report(FailoverReport report, Path results) throws IOException {
    PrintWriter out = spec().commandLine().getOut();
    out.println(report.machine());
    out.println();
    out.print(FaultResult.header());
    report.faults().forEach(result -> out.print(result.row()));
    out.println();
    CommitAudit.Verdict writes = report.writes();
    out.println("acknowledged writes: " + writes.acknowledged());
    out.println("lost: " + writes.lost());
    out.println("applied twice: " + writes.twice());
    out.println("committed at another timestamp than was told: " + writes.elsewhere());
    Json.write(results.resolve("failover.json"), report);
    out.println();
    out.println("results: " + results + " (failover.json)");
    out.flush();
    return writes.isClean() ? 0 : 1;
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
