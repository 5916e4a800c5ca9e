// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.driver.BlockDevice;
import io.kvorum.bench.driver.FsyncProbe;
import io.kvorum.bench.driver.Json;
import io.kvorum.bench.driver.LoadFailedException;
import io.kvorum.bench.driver.Machine;
import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.bench.jmh.Folders;
import io.kvorum.bench.load.LoadOptions;
import io.kvorum.bench.peer.PeerProcess;
import io.kvorum.bench.peer.PeerStart;
import io.kvorum.testkit.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kv bench compare}: starts the systems, measures them in turns, and reports. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Kvorum and its peers in one run, in turns: three replicas each on loopback, each"
          + " system in a JVM of its own, the log fsynced. A system that cannot run here is"
          + " skipped, with a line that says why. Prints a table of medians and ratios; leaves"
          + " compare.json, report.html and the systems' logs in a folder."
    })
public final class CompareCommand implements Callable<Integer> {

  private static final int REPLICAS = 3;
  private static final String HEAP = "-Xmx2g";

  /** Warnings only, to stderr. */
  private static final String LOG_SETTINGS =
      "-Dlogback.configurationFile=io/kvorum/bench/peer/logback.xml";

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--systems",
      split = ",",
      paramLabel = "NAME",
      description =
          "Which ones, of: ${COMPLETION-CANDIDATES}. Ratios are those of the first one. Default:"
              + " all of them.")
  private List<PeerSystem> wanted = List.of(PeerSystem.values());

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for the results. Default: bench-out/compare-<time> here.")
  private @Nullable Path out;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    options.check();
    Path results = resultsFolder();
    Path folder = options.newFolder("compare");
    try {
      try {
        report(measure(folder, results), results);
        return 0;
      } finally {
        Folders.delete(folder);
      }
    } catch (IOException e) {
      throw new BenchmarkFailedException("the comparison failed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkFailedException("interrupted", e);
    }
  }

  private CompareReport measure(Path folder, Path results)
      throws IOException, InterruptedException {
    Machine machine = Machine.here(FsyncProbe.medianMicros(folder));
    List<String> notes = new ArrayList<>();
    Map<String, PeerProcess> systems = new LinkedHashMap<>();
    try {
      for (PeerSystem system : wanted.stream().distinct().toList()) {
        start(system, folder, results, systems, notes);
      }
      if (systems.isEmpty()) {
        throw new BenchmarkFailedException("no system could be started", null);
      }
      BlockDevice device = BlockDevice.of(folder);
      CompareRun run = new CompareRun(systems, options.cases(), device, notes, err());
      if (options.warmup() > 0) {
        run.warmUp(options.warmup());
      }
      run.measure(options.rounds(), options.seconds());
      return new CompareReport(
          machine,
          REPLICAS,
          options.keys(),
          options.rounds(),
          options.seconds(),
          options.warmup(),
          HEAP,
          options.cases(),
          device.source(),
          run.results(),
          notes);
    } finally {
      systems.values().forEach(PeerProcess::close);
    }
  }

  private void start(
      PeerSystem system,
      Path folder,
      Path results,
      Map<String, PeerProcess> systems,
      List<String> notes)
      throws IOException, InterruptedException {
    try {
      List<String> jvm =
          new ArrayList<>(List.of(HEAP, LOG_SETTINGS, "-cp", PeerClassPath.of(system)));
      Path own = Files.createDirectory(folder.resolve(system.toString()));
      PeerStart start =
          new PeerStart(
              system.factory(),
              own.toString(),
              REPLICAS,
              FreePorts.choose(2 * REPLICAS),
              options.keys(),
              options.threads(),
              options.seed());
      PeerProcess process = PeerProcess.start(start, jvm, results.resolve(system + ".log"));
      systems.put(system.toString(), process);
      err().println(system + " is up");
    } catch (LoadFailedException e) {
      String note = system + " is skipped: " + e.getMessage();
      notes.add(note);
      err().println(note);
    }
    err().flush();
  }

  private void report(CompareReport report, Path results) throws IOException {
    Json.write(results.resolve("compare.json"), report);
    Files.writeString(results.resolve("report.html"), new HtmlReport(report).text());
    PrintWriter stdout = spec().commandLine().getOut();
    stdout.println(report.machine());
    stdout.println();
    stdout.print(CompareTable.of(report));
    stdout.println(report.device());
    report.notes().forEach(stdout::println);
    stdout.println("results: " + results + " (report.html, compare.json, logs)");
    stdout.flush();
  }

  private Path resultsFolder() {
    Path path = out;
    if (path == null) {
      String time =
          LocalDateTime.now(ZoneId.systemDefault())
              .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
      path = Path.of("bench-out", "compare-" + time);
    }
    try {
      return Files.createDirectories(path).toRealPath();
    } catch (IOException e) {
      throw new ParameterException(
          spec().commandLine(), "--out " + path + " is no folder that can be used: " + e);
    }
  }

  private PrintWriter err() {
    return spec().commandLine().getErr();
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
