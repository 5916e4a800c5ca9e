// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.check;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreLockedException;
import io.kvorum.raft.ReplicaCheck;
import io.kvorum.store.check.StoreCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kv check}: one line for each part that was checked, and one for each problem. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Verifies a store, or a replica's data directory, that nobody has open.",
    footer = {
      "",
      "Reads every record and compares every checksum; changes nothing.",
      "Exit code: 0 sound, 1 broken, 2 it cannot be checked."
    })
public final class CheckCommand implements Callable<Integer> {

  private static final int SOUND = 0;
  private static final int BROKEN = 1;

  @Parameters(paramLabel = "DIR", description = "the directory of a store or of a replica")
  private Path dir = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec command = spec;
    if (command == null) {
      throw new IllegalStateException("not run through picocli");
    }
    PrintWriter out = command.commandLine().getOut();
    int code = SOUND;
    for (ReplicaCheck.Part part : parts(command)) {
      StoreCheck.Report report = part.report();
      if (report.isSound()) {
        out.printf(
            "%s: sound, %d keys, %d versions%n", part.path(), report.keys(), report.versions());
      } else {
        code = BROKEN;
        report.problems().forEach(problem -> out.printf("%s: broken: %s%n", part.path(), problem));
      }
    }
    out.flush();
    return code;
  }

  private List<ReplicaCheck.Part> parts(CommandSpec command) {
    try {
      return ReplicaCheck.isReplica(dir)
          ? ReplicaCheck.check(dir)
          : List.of(new ReplicaCheck.Part(dir, StoreCheck.check(dir)));
    } catch (StoreCorruptException e) {
      String problem = String.valueOf(e.getMessage());
      return List.of(new ReplicaCheck.Part(dir, new StoreCheck.Report(0, 0, List.of(problem))));
    } catch (StoreFailedException | StoreLockedException | InvalidArgumentException e) {
      // Closed to us or unreadable: that says nothing about what is in it.
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
