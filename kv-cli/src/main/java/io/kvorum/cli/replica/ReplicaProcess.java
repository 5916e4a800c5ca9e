// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.replica;

import io.kvorum.api.LogPosition;
import io.kvorum.raft.ReplicaHash;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The parent's handle on a replica that runs in a JVM of its own. Every wait is bounded. Used by
 * one thread, except for {@link #kill()}.
 */
public final class ReplicaProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final Duration VERIFY = Duration.ofMinutes(2);
  private static final Duration HASH = Duration.ofSeconds(60);

  /** In place of a line: the child's stdout has ended. */
  private static final String END = "";

  private final ReplicaSpec spec;
  private final Process process;
  private final Writer questions;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private ReplicaProcess(ReplicaSpec spec, Process process) {
    this.spec = spec;
    this.process = process;
    this.questions =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    Thread reader = new Thread(this::readAnswers, "answers of " + spec.id());
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts the process and returns at once; {@link #awaitReady()} waits for the replica. */
  public static ReplicaProcess start(ReplicaSpec spec) {
    try {
      return new ReplicaProcess(spec, spec.process().start());
    } catch (IOException e) {
      throw new ReplicaProcessException("no JVM for " + spec.id() + " could be started: " + e);
    }
  }

  /** Waits until the replica runs; call it once, first. */
  public void awaitReady() {
    String line = nextAnswer(START, "start");
    if (!line.equals("READY")) {
      throw new ReplicaProcessException(
          spec.id() + " did not start: " + line.replaceFirst("^FAILED ", ""));
    }
  }

  /** The replica's name in its group. */
  public String id() {
    return spec.id();
  }

  /** Has the replica check its copy, once it has applied the log up to {@code index}. */
  public Verification verify(long index, Path list) {
    String[] words = ask("VERIFY " + index + " " + list, VERIFY).split(" ", -1);
    return new Verification(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  /** The replica's fingerprint, at the position it has now. */
  public ReplicaHash hash() {
    String[] words = ask("HASH", HASH).split(" ", -1);
    LogPosition position = new LogPosition(Long.parseLong(words[0]), Long.parseLong(words[1]));
    return new ReplicaHash(position, words[2]);
  }

  /** Ends the process as {@code kill -9} does, and returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(STOP);
  }

  /** Stops the replica in order; kills it when it takes too long. */
  @Override
  public void close() {
    if (process.isAlive()) {
      try {
        ask("STOP", STOP);
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

  private String ask(String question, Duration timeout) {
    String word = question.split(" ", 2)[0];
    try {
      questions.write(question + "\n");
      questions.flush();
    } catch (IOException e) {
      throw new ReplicaProcessException(gone(word));
    }
    String line = nextAnswer(timeout, word);
    if (line.equals("OK")) {
      return "";
    }
    if (!line.startsWith("OK ")) {
      throw new ReplicaProcessException(
          spec.id() + " answered " + word + " with: " + line.replaceFirst("^ERROR ", ""));
    }
    return line.substring("OK ".length());
  }

  private String nextAnswer(Duration timeout, String question) {
    try {
      String line = answers.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new ReplicaProcessException(
            spec.id() + " did not answer " + question + " within " + timeout.toSeconds() + " s");
      }
      if (line.equals(END)) {
        throw new ReplicaProcessException(gone(question));
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplicaProcessException("interrupted while " + spec.id() + " was asked");
    }
  }

  private String gone(String question) {
    return "the process of " + spec.id() + " ended before it answered " + question;
  }

  private void readAnswers() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      // A killed child's pipe may end with an error: the end is what counts, and it is told below.
    }
    answers.add(END);
  }
}
