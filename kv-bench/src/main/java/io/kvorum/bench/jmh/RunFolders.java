// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where a benchmark works and where it leaves its results. */
public final class RunFolders {

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for the results. Default: bench-out/<benchmark>-<time> here.")
  private @Nullable Path out;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = {
        "Folder in which the stores are made and deleted again: it decides which disk is measured."
            + " Default: the folder of the results."
      })
  private @Nullable Path dir;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /**
   * Where a run keeps its things.
   *
   * @param results the folder of the results
   * @param stores the folder in which stores are made
   */
  public record Places(Path results, Path stores) {}

  /** Makes the folders; refuses, as a bad option, one that cannot be made. */
  public Places prepare() {
    Path results = folder("--out", out == null ? defaultOut() : out);
    return new Places(results, folder("--dir", dir == null ? results : dir));
  }

  private Path folder(String option, Path path) {
    try {
      return Files.createDirectories(path).toRealPath();
    } catch (IOException e) {
      throw new ParameterException(
          spec().commandLine(), option + " " + path + " is no folder that can be used: " + e);
    }
  }

  private Path defaultOut() {
    String time =
        LocalDateTime.now(ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    return Path.of("bench-out", spec().name() + "-" + time);
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run through picocli");
    }
    return spec;
  }
}
