// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench;

import io.kvorum.bench.apply.ApplyCommand;
import io.kvorum.bench.compare.CompareCommand;
import io.kvorum.bench.failover.FailoverCommand;
import io.kvorum.bench.fsm.FsmCommand;
import io.kvorum.bench.fsync.FsyncCommand;
import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.bench.load.LoadCommand;
import io.kvorum.bench.store.StoreCommand;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of {@code kv bench}. Exit codes: 0 measured; 1 could not; 2 a bad option. */
@Command(
    name = "kv bench",
    mixinStandardHelpOptions = true,
    description = "Benchmarks of Kvorum on this machine.",
    subcommands = {
      ApplyCommand.class,
      CompareCommand.class,
      FailoverCommand.class,
      FsmCommand.class,
      FsyncCommand.class,
      LoadCommand.class,
      StoreCommand.class
    })
public final class Bench implements Runnable {

  private static final int FAILED = 1;
  private static final int BAD_OPTION = 2;

  @Spec private @Nullable CommandSpec spec;

  private Bench() {}

  /** Runs the benchmark and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .setParameterExceptionHandler((e, arguments) -> badOption(e))
        .setExecutionExceptionHandler((e, commandLine, parsed) -> failed(e, commandLine.getErr()));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec().commandLine(),
        "name a benchmark: apply, compare, failover, fsm, fsync, load, store");
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }

  private static int badOption(ParameterException e) {
    PrintWriter err = e.getCommandLine().getErr();
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    err.println("kv: " + e.getMessage() + " (see " + name + " --help)");
    err.flush();
    return BAD_OPTION;
  }

  private static int failed(Exception e, PrintWriter err) throws Exception {
    if (!(e instanceof BenchmarkFailedException)) {
      throw e; // a bug: picocli prints its stack trace
    }
    err.println("kv: " + e.getMessage());
    err.flush();
    return FAILED;
  }
}
