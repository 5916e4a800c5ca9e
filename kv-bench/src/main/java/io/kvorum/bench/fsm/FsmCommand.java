// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsm;

import io.kvorum.bench.jmh.JmhRun;
import io.kvorum.bench.jmh.RunFolders;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kv bench fsm}: measures every part of a write's way, and reports. */
@Command(
    name = "fsm",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what a write costs in time and in bytes allocated on its way through a replica,"
          + " without Raft: its codec, and the state machine on RocksDB in nosync mode. Prints a"
          + " table; leaves JSON and the log of JMH in a folder."
    })
public final class FsmCommand implements Callable<Integer> {

  @Mixin private RunFolders folders = new RunFolders();

  @Mixin private JmhRun run = new JmhRun();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    run.check();
    RunFolders.Places places = folders.prepare();
    String table =
        FsmRow.table(
            run.measure(
                places,
                "fsm",
                "^" + getClass().getPackageName().replace(".", "\\.") + "\\.",
                FsmRow.ROWS.size(),
                Map.of(StateMachine.DIR_PROPERTY, places.stores().toString())));
    PrintWriter stdout = spec().commandLine().getOut();
    stdout.println("24-byte keys, 100-byte values, 64 requests of a session to a group");
    stdout.println();
    stdout.println(table);
    stdout.println("results: " + places.results() + " (fsm.json, jmh.log)");
    stdout.flush();
    return 0;
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
