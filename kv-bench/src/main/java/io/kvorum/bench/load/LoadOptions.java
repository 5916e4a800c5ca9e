// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.load;

import io.kvorum.bench.driver.LoadCase;
import io.kvorum.bench.driver.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What load is put on, how hard and for how long: options of every command that puts load. */
public final class LoadOptions {

  private static final int MAX_IN_FLIGHT = 4_096;
  private static final int MAX_PER_SECOND = 10_000_000;
  private static final int FEWEST_KEYS = 1_000;
  private static final int MOST_KEYS = 10_000_000;
  private static final int MAX_ROUNDS = 100;
  private static final double MAX_SECONDS = 3_600;
  private static final int MAX_THREADS = 64;

  /** What may be under way in an open loop. */
  private static final int OPEN_IN_FLIGHT = 1_024;

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "NAME",
      description = "What is asked for, of: ${COMPLETION-CANDIDATES}. Default: all of them.")
  private List<Workload> workloads = List.of(Workload.values());

  @Option(
      names = "--in-flight",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,16,64,256,1024",
      description = "Closed loop, with so many requests under way. Default: 1,16,64,256,1024.")
  private List<Integer> inFlight = List.of();

  @Option(
      names = "--rates",
      split = ",",
      paramLabel = "R",
      description =
          "Open loop instead: requests are due at this rate, a second, and latency counts from when"
              + " they were due.")
  private List<Integer> rates = List.of();

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Keys that are loaded first. Default: 100000.")
  private int keys;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Every case is measured so often, in turns. Default: 3.")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "Length of a round. Default: 5.")
  private double seconds;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      defaultValue = "3",
      description = "Length of a round of each case before the first one. Default: 3.")
  private double warmup;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads that send. Default: 2.")
  private int threads;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of keys and values. Default: 1.")
  private long seed;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description =
          "Folder in which replicas are made and deleted again: it decides which disk is measured."
              + " Default: here.")
  private Path dir = Path.of(".");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** Refuses what is not allowed. */
  public void check() {
    range("--keys", keys, FEWEST_KEYS, MOST_KEYS);
    range("--rounds", rounds, 1, MAX_ROUNDS);
    range("--threads", threads, 1, MAX_THREADS);
    inFlight.forEach(each -> range("--in-flight", each, 1, MAX_IN_FLIGHT));
    rates.forEach(each -> range("--rates", each, 1, MAX_PER_SECOND));
    // Written so that NaN is refused.
    check(
        seconds >= 0.1 && seconds <= MAX_SECONDS,
        "--seconds is " + seconds + ", allowed are 0.1 to 3600");
    check(
        warmup >= 0 && warmup <= MAX_SECONDS, "--warmup is " + warmup + ", allowed are 0 to 3600");
  }

  /** Every workload with every load, in the order of the options. */
  public List<LoadCase> cases() {
    List<LoadCase> cases = new ArrayList<>();
    for (Workload workload : workloads.stream().distinct().toList()) {
      Stream<LoadCase> loads =
          rates.isEmpty()
              ? inFlight.stream().distinct().map(n -> LoadCase.closed(workload, n))
              : rates.stream().distinct().map(r -> new LoadCase(workload, OPEN_IN_FLIGHT, r));
      loads.forEach(cases::add);
    }
    return cases;
  }

  /** How many keys are loaded. */
  public int keys() {
    return keys;
  }

  /** How often each case is measured. */
  public int rounds() {
    return rounds;
  }

  /** Length of a round. */
  public double seconds() {
    return seconds;
  }

  /** Length of the round before the first one; 0 for none. */
  public double warmup() {
    return warmup;
  }

  /** Threads that send. */
  public int threads() {
    return threads;
  }

  /** Of keys and values. */
  public long seed() {
    return seed;
  }

  /** A new folder on the disk that is measured. */
  public Path newFolder(String name) {
    try {
      return Files.createTempDirectory(Files.createDirectories(dir).toRealPath(), name + "-");
    } catch (IOException e) {
      throw new ParameterException(
          spec().commandLine(), "--dir " + dir + " is no folder that can be used: " + e);
    }
  }

  /** Refuses an option's value unless it is allowed, with a sentence that says what is. */
  public void check(boolean allowed, String sentence) {
    if (!allowed) {
      throw new ParameterException(spec().commandLine(), sentence);
    }
  }

  private void range(String option, int value, int min, int max) {
    check(
        value >= min && value <= max,
        option + " is " + value + ", allowed are " + min + " to " + max);
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
