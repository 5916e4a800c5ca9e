// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import io.kvorum.api.KeyValue;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.cli.entries.EntryFile;
import io.kvorum.cli.entries.InvalidInputException;
import io.kvorum.cli.entries.UnicodeNames;
import io.kvorum.cli.replica.LogFile;
import io.kvorum.store.SyncModes;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kv demo}: options, warnings, and what is left behind. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Loads about 150,000 entries into a replicated store on this machine, kills the leader"
          + " half way through, and checks that every replica has everything that was acknowledged.",
      "Exit code: 0 when nothing is lost and all replicas are equal, 1 when not, 2 for a bad"
          + " option or file."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final int MAX_REPLICAS = 7;

  @Option(
      names = "--sync-mode",
      paramLabel = "MODE",
      description = {
        "What the state machines obey: sync, nosync or nowal. Default: the environment variable"
            + " FSM_SYNC_MODE, else sync."
      })
  private @Nullable SyncMode syncMode;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "3",
      description = "1, 3, 5 or 7 replicas; with 1 nothing is killed. Default: 3.")
  private int replicas = 3;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = {
        "Load this file instead of the names of all Unicode characters: one entry a line,"
            + " key<TAB>value, or a value alone under the number of its line."
      })
  private @Nullable Path file;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = {
        "Keep data and logs in this folder, which must be new or empty, and leave them there."
            + " Default: a temporary folder that is deleted at the end."
      })
  private @Nullable Path dir;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (replicas < 1 || replicas > MAX_REPLICAS || replicas % 2 == 0) {
      throw new InvalidInputException(
          "--replicas is "
              + replicas
              + ", allowed are 1, 3, 5 and 7 (an even number survives no more failures than the odd"
              + " one below it)");
    }
    List<KeyValue> entries = file == null ? UnicodeNames.all() : EntryFile.read(file);
    StoreOptions options = StoreOptions.defaults();
    // Resolved here, before the log goes to a file, so that the user sees the warning about a bad
    // value, once, and all replicas run in the same mode.
    SyncMode mode =
        SyncModes.resolve(syncMode == null ? options : options.withFsmSyncMode(syncMode));
    DemoFolder folder = DemoFolder.open(dir);
    DemoReport report = run(entries, folder, mode);
    report.lines().forEach(line -> spec().commandLine().getOut().println(line));
    spec().commandLine().getOut().flush();
    if (!folder.temporary()) {
      System.err.println("data and logs are in " + folder.path());
    }
    return report.isGood() ? 0 : 1;
  }

  private DemoReport run(List<KeyValue> entries, DemoFolder folder, SyncMode mode) {
    LogFile.open(folder.path().resolve("n1.log"));
    Cleanup cleanup = new Cleanup(folder);
    Runtime.getRuntime().addShutdownHook(cleanup); // Ctrl-C
    boolean failed = true;
    try (Progress progress = Progress.open(entries.size())) {
      long startedAt = System.nanoTime();
      progress.say(
          "starting "
              + replicas
              + (replicas == 1 ? " replica in " : " replicas in ")
              + folder.path());
      Group group = Group.start(replicas, folder.path(), mode);
      cleanup.group = group;
      try {
        DemoReport report =
            new DemoRun(group, folder.path(), mode, progress).run(entries, startedAt);
        failed = !report.isGood();
        return report;
      } finally {
        group.close();
      }
    } finally {
      LogFile.close();
      if (failed) {
        System.err.println("data and logs are kept in " + folder.path());
        cleanup.keepFolder = true;
      }
      cleanup.runOnce();
      Runtime.getRuntime().removeShutdownHook(cleanup);
    }
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
