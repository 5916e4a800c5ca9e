// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.api.SyncMode;
import io.kvorum.cli.check.CheckCommand;
import io.kvorum.cli.demo.DemoCommand;
import io.kvorum.cli.demo.DemoFailedException;
import io.kvorum.cli.entries.InvalidInputException;
import io.kvorum.cli.replica.ReplicaCommand;
import io.kvorum.testkit.process.ReplicaProcessException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The root of the {@code kv} command; the package says what its exit codes mean. */
@Command(
    name = "kv",
    mixinStandardHelpOptions = true,
    version = "kv 0.1.0-SNAPSHOT",
    description = "An embedded, Raft-replicated, multi-version key-value library.",
    subcommands = {DemoCommand.class, CheckCommand.class, ReplicaCommand.class},
    footer = {"", "kv bench runs the benchmarks; see kv bench --help."})
public final class Kv implements Runnable {

  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  @Spec private @Nullable CommandSpec spec;

  private Kv() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Kv())
        .registerConverter(SyncMode.class, Kv::syncMode)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, arguments) -> badOption(e))
        .setExecutionExceptionHandler((e, commandLine, parsed) -> failed(e, commandLine.getErr()));
  }

  @Override
  public void run() {
    throw new ParameterException(spec().commandLine(), "name a command");
  }

  private static SyncMode syncMode(String text) {
    return SyncMode.parseStrict(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "\"" + text + "\" is no sync mode, accepted are sync, nosync and nowal"));
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }

  private static int badOption(ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    say(e.getCommandLine().getErr(), e.getMessage() + " (see " + name + " --help)");
    return BAD_INPUT;
  }

  private static int failed(Exception e, PrintWriter err) throws Exception {
    if (e instanceof InvalidInputException) {
      say(err, e.getMessage());
      return BAD_INPUT;
    }
    if (e instanceof DemoFailedException
        || e instanceof ReplicaProcessException
        || e instanceof KvException
        || e instanceof InvalidArgumentException) {
      say(err, e.getMessage());
      return FAILED;
    }
    throw e; // a bug: picocli prints its stack trace
  }

  private static void say(PrintWriter err, @Nullable String message) {
    err.println("kv: " + message);
    err.flush();
  }
}
