// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.apply;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kv bench apply}: runs {@link ApplyMutationsRaft} and reports. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how fast one writer applies entries to a store in sync and in nosync mode, and"
          + " what a direct write costs in both. Prints a table; leaves JSON, a plot and the log"
          + " of JMH in a folder."
    })
public final class ApplyCommand implements Callable<Integer> {

  private static final int CASES = 6;
  private static final int ITERATIONS = 5;
  private static final int WARMUP_ITERATIONS = 2;
  private static final int MAX_FORKS = 100;
  private static final int MAX_SECONDS = 3600;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for the results. Default: bench-out/apply-<time> here.")
  private @Nullable Path out;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = {
        "Folder in which the stores are made and deleted again: it decides which disk is measured."
            + " Default: the folder of the results."
      })
  private @Nullable Path dir;

  @Option(
      names = "--forks",
      paramLabel = "N",
      defaultValue = "3",
      description = "JVMs for each of the six cases. Default: 3.")
  private int forks = 3;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "Measured seconds in each JVM, after a warm-up of 2/5 of it. Default: 10.")
  private int seconds = 10;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    check(forks >= 1 && forks <= MAX_FORKS, "--forks is " + forks + ", allowed are 1 to 100");
    check(
        seconds >= 1 && seconds <= MAX_SECONDS,
        "--seconds is " + seconds + ", allowed are 1 to 3600");
    Path results = folder("--out", out == null ? defaultOut() : out);
    Path stores = folder("--dir", dir == null ? results : dir);
    PrintWriter stdout = spec().commandLine().getOut();
    try {
      double fsyncMicros = FsyncProbe.medianMicros(stores);
      double total = CASES * forks * (seconds * 1.4 + 1);
      System.err.printf(
          Locale.ROOT, "measuring %d cases in %d JVMs each, about %.0f s%n", CASES, forks, total);
      List<ApplyResult> rows = ApplyResult.of(measure(results, stores));
      String title =
          String.format(
              Locale.ROOT, "One writer, 64-byte values; fsync takes %.3f ms", fsyncMicros / 1e3);
      Files.writeString(results.resolve("apply.svg"), ApplyPlot.svg(rows, title));
      stdout.printf(Locale.ROOT, "fsync of this disk, median: %.3f ms%n%n", fsyncMicros / 1e3);
      stdout.println(ApplyResult.table(rows));
      stdout.println("results: " + results + " (apply.json, apply.svg, jmh.log)");
      stdout.flush();
      return 0;
    } catch (IOException e) {
      throw new BenchmarkFailedException("the results could not be written: " + e, e);
    } catch (RunnerException e) {
      throw new BenchmarkFailedException(
          "a measurement failed, see " + results.resolve("jmh.log") + ": " + e.getMessage(), e);
    }
  }

  private Collection<RunResult> measure(Path results, Path stores) throws RunnerException {
    System.setProperty("jmh.ignoreLock", "true"); // its lock file may belong to another user
    TimeValue iteration = TimeValue.milliseconds(seconds * 1_000L / ITERATIONS);
    Options options =
        new OptionsBuilder()
            .include("^" + ApplyMutationsRaft.class.getName().replace(".", "\\.") + "\\.")
            .forks(forks)
            .warmupIterations(WARMUP_ITERATIONS)
            .warmupTime(iteration)
            .measurementIterations(ITERATIONS)
            .measurementTime(iteration)
            .jvmArgsAppend("-D" + ApplyMutationsRaft.DIR_PROPERTY + "=" + stores)
            .shouldFailOnError(true)
            .output(results.resolve("jmh.log").toString())
            .resultFormat(ResultFormatType.JSON)
            .result(results.resolve("apply.json").toString())
            .build();
    return new Runner(options).run();
  }

  private Path folder(String option, Path path) {
    try {
      return Files.createDirectories(path).toRealPath();
    } catch (IOException e) {
      throw new ParameterException(
          spec().commandLine(), option + " " + path + " is no folder that can be used: " + e);
    }
  }

  private static Path defaultOut() {
    String time =
        LocalDateTime.now(ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    return Path.of("bench-out", "apply-" + time);
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
