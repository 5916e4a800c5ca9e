// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.jmh;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options that every benchmark under JMH takes besides {@link RunFolders}, and the run that
 * they describe.
 */
public final class JmhRun {

  private static final int ITERATIONS = 5;
  private static final int WARMUP_ITERATIONS = 2;
  private static final int MAX_FORKS = 100;
  private static final int MAX_SECONDS = 3600;

  @Option(
      names = "--forks",
      paramLabel = "N",
      defaultValue = "3",
      description = "JVMs for each case. Default: 3.")
  private int forks = 3;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "Measured seconds in each JVM, after a warm-up of 2/5 of it. Default: 10.")
  private int seconds = 10;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** Refuses values that are not allowed. */
  public void check() {
    check(forks >= 1 && forks <= MAX_FORKS, "--forks is " + forks + ", allowed are 1 to 100");
    check(
        seconds >= 1 && seconds <= MAX_SECONDS,
        "--seconds is " + seconds + ", allowed are 1 to 3600");
  }

  /**
   * Runs the benchmarks whose names match, {@code cases} of them, and leaves {@code name}.json and
   * jmh.log in the folder of the results.
   *
   * @param properties system properties of the JVMs that measure
   */
  public Collection<RunResult> measure(
      RunFolders.Places places,
      String name,
      String include,
      int cases,
      Map<String, String> properties) {
    System.setProperty("jmh.ignoreLock", "true"); // its lock file may belong to another user
    double total = cases * forks * (seconds * 1.4 + 1);
    System.err.printf(
        Locale.ROOT, "measuring %d cases in %d JVMs each, about %.0f s%n", cases, forks, total);
    TimeValue iteration = TimeValue.milliseconds(seconds * 1_000L / ITERATIONS);
    String[] arguments =
        new TreeMap<>(properties)
            .entrySet().stream()
                .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new);
    Path log = places.results().resolve("jmh.log");
    try {
      return new Runner(
              new OptionsBuilder()
                  .include(include)
                  .forks(forks)
                  .warmupIterations(WARMUP_ITERATIONS)
                  .warmupTime(iteration)
                  .measurementIterations(ITERATIONS)
                  .measurementTime(iteration)
                  .jvmArgsAppend(arguments)
                  .shouldFailOnError(true)
                  .addProfiler(GCProfiler.class) // bytes allocated, an operation
                  .output(log.toString())
                  .resultFormat(ResultFormatType.JSON)
                  .result(places.results().resolve(name + ".json").toString())
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new BenchmarkFailedException(
          "a measurement failed, see " + log + ": " + e.getMessage(), e);
    }
  }

  /** Refuses an option's value unless it is allowed, with a sentence that says what is. */
  public void check(boolean allowed, String sentence) {
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
