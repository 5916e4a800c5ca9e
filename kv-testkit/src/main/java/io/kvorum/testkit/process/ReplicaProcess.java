// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.LogPosition;
import io.kvorum.raft.ReplicaHash;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The parent's handle on a replica that runs in a process of its own. Every wait is bounded.
 * Thread-safe: questions of several threads are answered side by side.
 *
 * <pre>{@code
 * List<String> options = List.of("-Xmx128m", "-XX:TieredStopAtLevel=1");
 * ReplicaSpec spec = new ReplicaSpec("n1", folder, options, main, List.of(dir));
 * try (ReplicaProcess process = ReplicaProcess.start(spec)) {
 *   process.awaitReady();
 *   answers.add(ask(process, "COUNT user/")); // see ReplicaConversation
 *   process.kill(); // kill -9
 *   answers.add(ask(process, "COUNT user/"));
 * }
 * }</pre>
 */
public final class ReplicaProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(150);
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final Duration STATUS = Duration.ofSeconds(2);
  private static final Duration HASH = Duration.ofSeconds(60);
  private static final long READY = 0;

  private final String id;
  private final Process process;
  private final Writer questions;
  private final AtomicLong numbers = new AtomicLong(READY);
  private final ConcurrentMap<Long, CompletableFuture<String>> open = new ConcurrentHashMap<>();
  private volatile boolean ended;

  // guarded by this
  private @Nullable PauseGuard guard;

  private ReplicaProcess(String id, Process process) {
    this.id = id;
    this.process = process;
    this.questions =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
    open.put(READY, new CompletableFuture<>());
    Thread reader = new Thread(this::readAnswers, "answers of " + id);
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts the process and returns at once; {@link #awaitReady()} waits for the replica. */
  public static ReplicaProcess start(ReplicaSpec spec) {
    try {
      return new ReplicaProcess(spec.id(), spec.process().start());
    } catch (IOException e) {
      throw new ReplicaProcessException("no JVM for " + spec.id() + " could be started: " + e);
    }
  }

  /**
   * Waits until the replica runs; call it once, first.
   *
   * @throws ReplicaProcessException if it does not, saying why
   */
  public void awaitReady() {
    CompletableFuture<String> ready = open.get(READY);
    if (ready != null) {
      String unused = await(READY, ready, START, "start");
    }
  }

  /** The replica's name in its group. */
  public String id() {
    return id;
  }

  /** The replica's fingerprint, at the position it has now. */
  public ReplicaHash hash() {
    String[] words = ask("HASH", HASH).split(" ", -1);
    LogPosition position = new LogPosition(Long.parseLong(words[0]), Long.parseLong(words[1]));
    return new ReplicaHash(position, words[2]);
  }

  /** The last log entry it has applied, and the leader it knows. */
  public Status status() {
    String[] words = ask("STATUS", STATUS).split(" ", -1);
    return new Status(
        new LogPosition(Long.parseLong(words[0]), Long.parseLong(words[1])),
        words[2].equals(Words.ABSENT) ? Optional.empty() : Optional.of(words[2]));
  }

  /** What a replica knows. */
  public record Status(LogPosition applied, Optional<String> leader) {}

  /** Moves leadership to a replica, from whichever leads. */
  public void transferLeadership(String peer, Duration timeout) {
    String unused =
        ask("TRANSFER " + timeout.toMillis() + " " + peer, timeout.plus(Duration.ofSeconds(5)));
  }

  /**
   * Asks a question of the package's grammar, or one that the child's program has added.
   *
   * @return the results, without the leading OK
   * @throws ReplicaProcessException if the answer is an error, or none comes in time; {@link
   *     ReplicaProcessException#kind} tells which error
   */
  public String ask(String question, Duration timeout) {
    String word = question.split(" ", 2)[0];
    if (ended) {
      throw new ReplicaProcessException("UnavailableException", gone(word)); // it was not asked
    }
    long number = numbers.incrementAndGet();
    CompletableFuture<String> answer = new CompletableFuture<>();
    open.put(number, answer);
    try {
      synchronized (questions) {
        questions.write(number + " " + question + "\n");
        questions.flush();
      }
    } catch (IOException e) {
      open.remove(number);
      throw new ReplicaProcessException(gone(word));
    }
    if (ended) {
      answer.completeExceptionally(new ReplicaProcessException(gone(word)));
    }
    return await(number, answer, timeout, word);
  }

  /** Ends the process as {@code kill -9} does, and returns when it is gone. */
  public synchronized void kill() {
    process.destroyForcibly();
    boolean unused = awaitExit(STOP);
    if (guard != null) {
      guard.dismiss();
      guard = null;
    }
  }

  /** Freezes the process (SIGSTOP) until {@link #resume} or {@link #kill}. */
  public synchronized void pause() {
    if (guard == null) {
      guard = PauseGuard.of(process.pid());
      Signals.send("STOP", process.pid());
    }
  }

  /** Lets the process go on (SIGCONT). */
  public synchronized void resume() {
    Signals.send("CONT", process.pid());
    if (guard != null) {
      guard.dismiss();
      guard = null;
    }
  }

  /** Whether the process runs, paused or not. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Stops the replica in order; kills it when it takes too long. */
  @Override
  public void close() {
    if (process.isAlive()) {
      resume();
      try {
        String unused = ask("STOP", STOP);
      } catch (ReplicaProcessException e) {
        kill(); // it does not listen any more: nothing in order is left to be done
        return;
      }
      if (!awaitExit(STOP)) {
        kill();
      }
    }
  }

  private boolean awaitExit(Duration timeout) {
    try {
      return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String await(
      long number, CompletableFuture<String> answer, Duration timeout, String question) {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ReplicaProcessException(
          id + " did not answer " + question + " within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplicaProcessException("interrupted while " + id + " was asked");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ReplicaProcessException failed) {
        throw failed;
      }
      throw new ReplicaProcessException(id + " was asked " + question + ": " + e.getCause());
    } finally {
      open.remove(number);
    }
  }

  private String gone(String question) {
    return "the process of " + id + " ended before it answered " + question;
  }

  private void readAnswers() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        answered(line);
      }
    } catch (IOException e) {
      // A killed child's pipe may end with an error: the end is what counts, and it is told below.
    }
    ended = true;
    open.values()
        .forEach(answer -> answer.completeExceptionally(new ReplicaProcessException(gone("it"))));
  }

  private void answered(String line) {
    String[] words = line.split(" ", 3);
    CompletableFuture<String> answer = open.get(Long.parseLong(words[0]));
    if (answer == null) {
      return; // the one who asked has gone
    }
    String rest = words.length == 3 ? words[2] : "";
    if (words[1].equals("OK")) {
      answer.complete(rest);
    } else {
      String[] error = rest.split(" ", 2);
      answer.completeExceptionally(
          new ReplicaProcessException(
              error[0], id + ": " + (error.length == 2 ? error[1] : error[0])));
    }
  }
}
