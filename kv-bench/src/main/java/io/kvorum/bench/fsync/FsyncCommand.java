// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import io.kvorum.api.SyncMode;
import io.kvorum.bench.driver.BlockDevice;
import io.kvorum.bench.driver.FsyncProbe;
import io.kvorum.bench.driver.Json;
import io.kvorum.bench.driver.Machine;
import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.bench.jmh.Folders;
import io.kvorum.bench.jmh.RunFolders;
import io.kvorum.store.rocks.StoreIo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
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

/** {@code kv bench fsync}: runs every {@link FsyncCase} and reports. */
@Command(
    name = "fsync",
    mixinStandardHelpOptions = true,
    description = {
      "Measures, in each sync mode, fsyncs of the Raft log and of RocksDB's log for each committed"
          + " entry, bytes written to the device for each byte of the user, and writes a second, on"
          + " replicas in this JVM. Prints a table; leaves JSON and plots in a folder."
    })
public final class FsyncCommand implements Callable<Integer> {

  private static final List<Integer> ALLOWED_REPLICAS = List.of(1, 3, 5);
  private static final int MAX_WRITERS = 1024;
  private static final int MAX_ROUNDS = 100;
  private static final int MAX_SECONDS = 3600;

  @Mixin private RunFolders folders = new RunFolders();

  @Option(
      names = "--replicas",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,3",
      description = "How many replicas, 1, 3 or 5; several separated by commas. Default: 1,3.")
  private List<Integer> replicas = List.of();

  @Option(
      names = "--writers",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,16,64",
      description = {
        "Threads that each wait for their write; several numbers separated by commas. Default:"
            + " 1,16,64."
      })
  private List<Integer> writers = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each case is measured, one after the other. Default: 3.")
  private int rounds = 3;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "Measured seconds of each case and round. Default: 5.")
  private int seconds = 5;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    check();
    RunFolders.Places places = folders.prepare();
    StoreIo.enable();
    Map<FsyncCase, List<FsyncResult>> results = new LinkedHashMap<>();
    try {
      Machine machine = Machine.here(FsyncProbe.medianMicros(places.stores()));
      BlockDevice device = BlockDevice.of(places.stores());
      for (int round = 0; round < rounds; round++) {
        measureAll(places.stores(), device, results);
      }
      report(
          new FsyncReport(machine, device.source(), rounds, seconds, medians(results)),
          places.results());
    } catch (IOException e) {
      throw new BenchmarkFailedException("a measurement failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkFailedException("interrupted", e);
    }
    return 0;
  }

  private void check() {
    for (int each : replicas) {
      check(ALLOWED_REPLICAS.contains(each), "--replicas is " + each + ", allowed are 1, 3 and 5");
    }
    for (int each : writers) {
      check(each >= 1 && each <= MAX_WRITERS, "--writers is " + each + ", allowed are 1 to 1024");
    }
    check(rounds >= 1 && rounds <= MAX_ROUNDS, "--rounds is " + rounds + ", allowed are 1 to 100");
    check(
        seconds >= 1 && seconds <= MAX_SECONDS,
        "--seconds is " + seconds + ", allowed are 1 to 3600");
  }

  private void measureAll(Path dir, BlockDevice device, Map<FsyncCase, List<FsyncResult>> results)
      throws IOException, InterruptedException {
    for (int group : replicas) {
      for (int threads : writers) {
        for (SyncMode mode : SyncMode.values()) {
          Path folder = Files.createTempDirectory(dir, "fsync-");
          try {
            FsyncCase each = new FsyncCase(mode, group, threads);
            FsyncResult result = each.run(folder, device, seconds);
            results.computeIfAbsent(each, c -> new ArrayList<>()).add(result);
            PrintWriter err = spec().commandLine().getErr();
            err.print(result.row());
            err.flush();
          } finally {
            Folders.delete(folder);
          }
        }
      }
    }
  }

  /** Of each case the round with the median throughput. */
  private static List<FsyncResult> medians(Map<FsyncCase, List<FsyncResult>> results) {
    List<FsyncResult> medians = new ArrayList<>();
    for (List<FsyncResult> rounds : results.values()) {
      List<FsyncResult> sorted = new ArrayList<>(rounds);
      sorted.sort(Comparator.comparingDouble(FsyncResult::writesPerSecond));
      medians.add(sorted.get(sorted.size() / 2));
    }
    return medians;
  }

  private void report(FsyncReport report, Path results) throws IOException {
    Json.write(results.resolve("fsync.json"), report);
    Map<String, String> plots = report.plots();
    for (Map.Entry<String, String> plot : plots.entrySet()) {
      Files.writeString(results.resolve(plot.getKey()), plot.getValue());
    }
    PrintWriter out = spec().commandLine().getOut();
    out.println(report.machine());
    out.println(report.deviceBytes());
    out.println();
    out.println(FsyncResult.table(report.results()));
    out.println("results: " + results + " (fsync.json, " + String.join(", ", plots.keySet()) + ")");
    out.flush();
  }

  private void check(boolean allowed, String sentence) {
    if (!allowed) {
      throw new ParameterException(spec().commandLine(), sentence);
    }
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
