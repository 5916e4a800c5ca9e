// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The preloaded library that records a child process. Compiled from source by the machine's own C
 * compiler, once per JVM, on first use. All threads.
 *
 * <pre>{@code
 * Optional<String> reason = Recorder.unavailableReason(); // no compiler, say
 * reason.ifPresent(Recording::announce);
 * Assumptions.assumeTrue(reason.isEmpty(), reason.orElse(""));
 * }</pre>
 */
public final class Recorder {

  private static final long COMPILE_SECONDS = 60;

  private Recorder() {}

  /** The library, or why there is none. Initialised on first use, under the class's own lock. */
  private static final class Library {
    static final @Nullable Path FILE;
    static final String REASON;

    static {
      Path file = null;
      String reason = "";
      try {
        file = compile();
      } catch (RecorderUnavailableException e) {
        reason = String.valueOf(e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      FILE = file;
      REASON = reason;
    }
  }

  /** Whether power loss can be recorded on this machine. */
  public static boolean isAvailable() {
    return Library.FILE != null;
  }

  /** Why it cannot, with what to install; empty when it can. */
  public static Optional<String> unavailableReason() {
    return isAvailable() ? Optional.empty() : Optional.of(Library.REASON);
  }

  /**
   * Makes the process that will be started a recorded one.
   *
   * @param root an existing, empty directory; what happens under it is recorded
   * @param log the record, a file that must not exist yet, outside the root
   * @throws IllegalStateException if recording is not available
   * @throws IllegalArgumentException if root or log are not as said
   */
  public static void prepare(ProcessBuilder process, Path root, Path log) throws IOException {
    Path library = Library.FILE;
    if (library == null) {
      throw new IllegalStateException(Library.REASON);
    }
    Path real = root.toRealPath();
    Path record = log.toAbsolutePath().normalize();
    Path parent = record.getParent();
    if (parent == null || parent.toRealPath().startsWith(real)) {
      throw new IllegalArgumentException("the log must lie outside the root: " + log);
    }
    if (Files.exists(record)) {
      throw new IllegalArgumentException("the log exists already: " + log);
    }
    try (Stream<Path> content = Files.list(real)) {
      if (content.findAny().isPresent()) {
        throw new IllegalArgumentException("the root is not empty: " + root);
      }
    }
    process.environment().put("LD_PRELOAD", library.toString());
    process.environment().put("KVORUM_RECORDER_ROOT", real.toString());
    process.environment().put("KVORUM_RECORDER_LOG", record.toString());
    Path ack = parent.toRealPath().resolve(record.getFileName() + ".ack");
    process.environment().put(Acknowledgements.ENVIRONMENT, ack.toString());
  }

  private static Path compile() throws IOException, RecorderUnavailableException {
    String system = System.getProperty("os.name", "");
    if (!system.toLowerCase(Locale.ROOT).contains("linux")) {
      throw new RecorderUnavailableException("power loss is recorded on Linux only, not " + system);
    }
    String compiler =
        compiler()
            .orElseThrow(
                () ->
                    new RecorderUnavailableException(
                        "no C compiler (cc, gcc, clang) on the PATH; install gcc and libc6-dev"));
    Path folder = Files.createTempDirectory("kvorum-recorder");
    Path source = folder.resolve("recorder.c");
    Path library = folder.resolve("recorder.so");
    Path output = folder.resolve("compiler.txt");
    for (Path file : List.of(folder, source, library, output)) {
      file.toFile().deleteOnExit(); // in reverse order: the folder last
    }
    try (InputStream in = Recorder.class.getResourceAsStream("recorder.c")) {
      if (in == null) {
        throw new IOException("recorder.c is missing from the jar");
      }
      Files.copy(in, source);
    }
    Process process =
        new ProcessBuilder(
                compiler,
                "-O2",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                source.toString(),
                "-ldl",
                "-lpthread")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    await(process, compiler);
    if (process.exitValue() != 0) {
      throw new RecorderUnavailableException(
          compiler
              + " cannot compile the recorder (are the headers of libc6-dev installed?):\n"
              + Files.readString(output));
    }
    return library;
  }

  private static void await(Process process, String compiler) throws IOException {
    try {
      if (!process.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(compiler + " did not end within " + COMPILE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while compiling the recorder", e);
    }
  }

  private static Optional<String> compiler() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String name : List.of("cc", "gcc", "clang")) {
      for (String folder : path.split(File.pathSeparator, -1)) {
        Path file = Path.of(folder, name);
        if (!folder.isEmpty() && Files.isExecutable(file)) {
          return Optional.of(file.toString());
        }
      }
    }
    return Optional.empty();
  }

  /** The machine cannot record; the message is a sentence for the user. */
  private static final class RecorderUnavailableException extends Exception {
    RecorderUnavailableException(String message) {
      super(message);
    }
  }
}
