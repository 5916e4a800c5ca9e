// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.bench.driver.Json;
import io.kvorum.bench.driver.LoadCase;
import io.kvorum.bench.driver.LoadFailedException;
import io.kvorum.bench.driver.RoundResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The other end of {@link PeerMain}. Used by one thread. */
public final class PeerProcess implements AutoCloseable {

  private static final int START_SECONDS = 180;
  private static final int ROUND_SECONDS = 120;
  private static final int END_SECONDS = 20;

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;
  private final PeerLine.Ready ready;

  private PeerProcess(Process process) throws InterruptedException {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.questions = new PrintWriter(process.outputWriter(UTF_8));
    PeerLine.Ready first = answer(START_SECONDS).ready();
    if (first == null) {
      throw new LoadFailedException("its first answer was not that it is ready", null);
    }
    this.ready = first;
  }

  /**
   * Starts a process and waits until its system is up.
   *
   * @param jvmOptions and the class path
   * @param log what it prints
   * @throws LoadFailedException if it does not come up
   */
  public static PeerProcess start(PeerStart start, List<String> jvmOptions, Path log)
      throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add(PeerMain.class.getName());
    command.add(Json.line(start));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    } catch (IOException e) {
      throw new LoadFailedException("it could not be started: " + e.getMessage(), e);
    }
    try {
      return new PeerProcess(process);
    } catch (LoadFailedException | InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** What it said when it was up. */
  public PeerLine.Ready ready() {
    return ready;
  }

  /**
   * One round.
   *
   * @throws LoadFailedException if it could not be measured; {@link #isAlive} tells whether another
   *     round may be asked for
   */
  public RoundResult round(LoadCase load, double seconds) throws InterruptedException {
    questions.println(Json.line(new PeerRound(load, seconds)));
    questions.flush();
    RoundResult result = answer(ROUND_SECONDS + (int) seconds).result();
    if (result == null) {
      throw new LoadFailedException("it gave no result", null);
    }
    return result;
  }

  /** Whether it can be asked. */
  public boolean isAlive() {
    return process.isAlive();
  }

  private PeerLine answer(int seconds) throws InterruptedException {
    // The read itself cannot be bounded; ending the process ends it.
    CompletableFuture<PeerLine> line = CompletableFuture.supplyAsync(this::read);
    try {
      PeerLine answer = line.get(seconds, TimeUnit.SECONDS);
      if (answer.failed() != null) {
        throw new LoadFailedException(answer.failed(), null);
      }
      return answer;
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new LoadFailedException("it did not answer within " + seconds + " s", e);
    } catch (ExecutionException e) {
      process.destroyForcibly();
      if (e.getCause() instanceof LoadFailedException ended) {
        throw ended;
      }
      throw new LoadFailedException("its answer cannot be read: " + e.getCause(), e);
    }
  }

  private PeerLine read() {
    try {
      @Nullable String line = answers.readLine();
      if (line == null) {
        throw new LoadFailedException("it has ended; its log says why", null);
      }
      return Json.read(line, PeerLine.class);
    } catch (IOException e) {
      throw new LoadFailedException(e.toString(), e);
    }
  }

  /** Ends the process: asks first, and does not wait for long. */
  @Override
  public void close() {
    questions.close();
    try {
      if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
