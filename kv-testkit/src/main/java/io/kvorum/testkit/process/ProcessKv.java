// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.Commit;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.UnavailableException;
import io.kvorum.testkit.history.BasicKv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store as a replica in another process offers it. A write whose process did not answer has an
 * unknown outcome.
 */
final class ProcessKv implements BasicKv {

  /* The child has a deadline itself; beyond this it is paused, or gone. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private final ReplicaProcess process;
  private final Duration timeout;

  ProcessKv(ReplicaProcess process, Duration timeout) {
    this.process = process;
    this.timeout = timeout;
  }

  @Override
  public Commit write(List<Mutation> mutations) {
    StringBuilder question = new StringBuilder("WRITE ").append(timeout.toMillis());
    for (Mutation mutation : mutations) {
      if (mutation instanceof Mutation.Put put) {
        question.append(" p ").append(Words.word(put.key()));
        question.append(' ').append(Words.word(put.value()));
      } else {
        question.append(" d ").append(Words.word(mutation.key()));
      }
    }
    return commit(question.toString());
  }

  @Override
  public Commit deletePrefix(byte[] prefix) {
    return commit("DELETE-PREFIX " + timeout.toMillis() + " " + Words.word(prefix));
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return Words.bytesOrNull(ask("GET " + timeout.toMillis() + " " + Words.word(key), false));
  }

  @Override
  public List<KeyValue> scan(KeyRange range, int limit) {
    String start = Words.word(range.start(), Words.UNBOUNDED);
    String end = Words.word(range.end(), Words.UNBOUNDED);
    String answer =
        ask("SCAN " + timeout.toMillis() + " " + start + " " + end + " " + limit, false);
    List<KeyValue> entries = new ArrayList<>();
    String[] words = answer.isEmpty() ? new String[0] : answer.split(" ", -1);
    for (int i = 0; i < words.length; i += 2) {
      entries.add(new KeyValue(Words.bytes(words[i]), Words.bytes(words[i + 1])));
    }
    return entries;
  }

  List<CommitEvent> watch(KeyRange range, long afterTs, int limit) {
    String start = Words.word(range.start(), Words.UNBOUNDED);
    String end = Words.word(range.end(), Words.UNBOUNDED);
    String words = timeout.toMillis() + " " + start + " " + end + " " + limit + " " + afterTs;
    return WatchQuestion.events(ask("WATCH " + words, false));
  }

  private Commit commit(String question) {
    String[] words = ask(question, true).split(" ", -1);
    return new Commit(
        Long.parseLong(words[0]),
        new LogPosition(Long.parseLong(words[1]), Long.parseLong(words[2])));
  }

  private String ask(String question, boolean writes) {
    try {
      return process.ask(question, timeout.plus(GRACE));
    } catch (ReplicaProcessException e) {
      throw asOfTheStore(e, writes);
    }
  }

  private static RuntimeException asOfTheStore(ReplicaProcessException e, boolean writes) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case "UnavailableException" -> new UnavailableException(message, e);
      case "OverloadedException" -> new OverloadedException(message, Duration.ofMillis(10));
      case "InvalidArgumentException" -> new InvalidArgumentException(message);
      case "OutcomeUnknownException" -> new OutcomeUnknownException(message, e);
      case "" ->
          writes ? new OutcomeUnknownException(message, e) : new UnavailableException(message, e);
      default -> new KvException(message, e);
    };
  }
}
