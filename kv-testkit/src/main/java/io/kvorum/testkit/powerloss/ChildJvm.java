// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import io.kvorum.testkit.process.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JVM started by a test, with the class path of this one. Its standard output and error go to one
 * file; its temporary folder is its own, because a killed JVM leaves native libraries behind there.
 * {@link #close} kills it if it still runs and deletes that folder. One thread.
 *
 * <pre>{@code
 * try (ChildJvm child = ChildJvm.startRecorded(main, all, root, log)) {
 *   child.awaitSuccess(LIMIT);
 * }
 * RecordedRun run = RecordedRun.read(log);
 * }</pre>
 */
public final class ChildJvm implements AutoCloseable {

  private static final int HEAP_MEBIBYTES = 256;
  private static final Duration KILL_WAIT = Duration.ofSeconds(20);

  private final Process process;
  private final Path folder;
  private final Path output;

  private ChildJvm(Process process, Path folder, Path output) {
    this.process = process;
    this.folder = folder;
    this.output = output;
  }

  /** A child that is not recorded. */
  public static ChildJvm start(Class<?> main, List<String> arguments) throws IOException {
    return start(main, arguments, HEAP_MEBIBYTES);
  }

  /** A child that is not recorded, with so large a heap. */
  public static ChildJvm start(Class<?> main, List<String> arguments, int heapMebibytes)
      throws IOException {
    return start(main, arguments, heapMebibytes, List.of(), process -> {});
  }

  /** A child that sees a disk and acknowledges into a file outside of it. */
  public static ChildJvm startInside(
      Disk disk, Class<?> main, List<String> arguments, Path acknowledgements) throws IOException {
    return start(
        main,
        arguments,
        HEAP_MEBIBYTES,
        disk.inside(),
        process -> Acknowledgements.into(process, acknowledgements));
  }

  /** A child whose changes under {@code root} are recorded into {@code log}. */
  public static ChildJvm startRecorded(Class<?> main, List<String> arguments, Path root, Path log)
      throws IOException {
    return start(
        main,
        arguments,
        HEAP_MEBIBYTES,
        List.of(),
        process -> Recorder.prepare(process, root, log));
  }

  private static ChildJvm start(
      Class<?> main,
      List<String> arguments,
      int heapMebibytes,
      List<String> before,
      Preparation preparation)
      throws IOException {
    Path folder = Files.createTempDirectory("kvorum-child");
    Path output = folder.resolve("output.txt");
    List<String> command = new ArrayList<>(before);
    command.addAll(
        JavaCommand.of(
            folder,
            List.of(
                "-Xmx" + heapMebibytes + "m",
                "-XX:+ExitOnOutOfMemoryError", // in whatever thread
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto"),
            main.getName(),
            arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    try {
      preparation.prepare(builder);
      return new ChildJvm(builder.start(), folder, output);
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  /**
   * Waits for the end.
   *
   * @throws IllegalStateException if it runs longer than {@code limit} (it is killed then) or ends
   *     with a status other than 0; the message holds its output
   */
  public void awaitSuccess(Duration limit) throws InterruptedException {
    int status = await(limit);
    if (status != 0) {
      throw new IllegalStateException("the child ended with status " + status + "\n" + output());
    }
  }

  /**
   * Waits for the end and returns the status.
   *
   * @throws IllegalStateException if it runs longer than {@code limit} (it is killed then); the
   *     message holds its output
   */
  public int await(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
      throw new IllegalStateException("the child ran longer than " + limit + "\n" + output());
    }
    return process.exitValue();
  }

  /** Kills it with SIGKILL and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(KILL_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("the child survived a kill for " + KILL_WAIT);
    }
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed so far. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException, IOException {
    kill();
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** What is done to the process before it starts. */
  private interface Preparation {
    void prepare(ProcessBuilder process) throws IOException;
  }
}
