// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import io.kvorum.api.SyncMode;
import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.bench.jmh.Folders;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kv bench fsync}: runs every {@link FsyncCase} and reports. */
@Command(
    name = "fsync",
    mixinStandardHelpOptions = true,
    description = {
      "Measures syncs for each committed write, bytes written to disk for each byte of the user, and"
          + " writes a second: in each sync mode, with 1, 16 and 64 writers, on one replica and on"
          + " three in this JVM. Prints a table."
    })
public final class FsyncCommand implements Callable<Integer> {

  private static final List<Integer> REPLICAS = List.of(1, 3);
  private static final List<Integer> WRITERS = List.of(1, 16, 64);
  private static final int MAX_ROUNDS = 100;
  private static final int MAX_SECONDS = 3600;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Folder in which the replicas are made and deleted again. Default: here.")
  private Path dir = Path.of(".");

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
    check(rounds >= 1 && rounds <= MAX_ROUNDS, "--rounds is " + rounds + ", allowed are 1 to 100");
    check(
        seconds >= 1 && seconds <= MAX_SECONDS,
        "--seconds is " + seconds + ", allowed are 1 to 3600");
    StoreIo.enable();
    Map<FsyncCase, List<FsyncResult>> results = new LinkedHashMap<>();
    try {
      for (int round = 0; round < rounds; round++) {
        measureAll(results);
      }
    } catch (IOException e) {
      throw new BenchmarkFailedException("a measurement failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkFailedException("interrupted", e);
    }
    PrintWriter out = spec().commandLine().getOut();
    out.print(FsyncResult.table(medians(results)));
    out.flush();
    return 0;
  }

  private void measureAll(Map<FsyncCase, List<FsyncResult>> results)
      throws IOException, InterruptedException {
    for (int replicas : REPLICAS) {
      for (int writers : WRITERS) {
        for (SyncMode mode : SyncMode.values()) {
          Path folder = Files.createTempDirectory(dir, "fsync-");
          try {
            FsyncCase each = new FsyncCase(mode, replicas, writers);
            FsyncResult result = each.run(folder, seconds);
            results.computeIfAbsent(each, c -> new ArrayList<>()).add(result);
            System.err.println(result.row().trim());
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
      sorted.sort(Comparator.comparingDouble(FsyncResult::entriesPerSecond));
      medians.add(sorted.get(sorted.size() / 2));
    }
    return medians;
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
