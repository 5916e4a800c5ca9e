// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.Commit;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.ConflictKind;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyLockedException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.UnavailableException;
import io.kvorum.api.WriteConflictException;
import io.kvorum.testkit.history.BasicKv;
import io.kvorum.testkit.history.ScriptedTransaction;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store as a replica in another process offers it. A write whose process did not answer has an
 * unknown outcome.
 */
final class ProcessKv implements BasicKv {

  /* The child has a deadline itself; beyond this it is paused, or gone. */
  private static final Duration GRACE = Duration.ofMillis(500);

  /* An answer tells what kind of exception it was, and a sentence, but not the key. */
  private static final byte[] NO_KEY = {};

  private final ReplicaProcess process;
  private final Duration timeout;

  ProcessKv(ReplicaProcess process, Duration timeout) {
    this.process = process;
    this.timeout = timeout;
  }

  @Override
  public Commit write(List<Mutation> mutations) {
    StringBuilder question = new StringBuilder("WRITE ").append(timeout.toMillis());
    mutations.forEach(mutation -> question.append(' ').append(EntryWords.text(mutation)));
    return commit(question.toString());
  }

  @Override
  public Commit deletePrefix(byte[] prefix) {
    return commit("DELETE-PREFIX " + timeout.toMillis() + " " + Words.word(prefix));
  }

  @Override
  public byte @Nullable [] get(byte[] key, ReadOptions options) {
    String read = timeout.toMillis() + " " + ReadWords.word(options);
    return Words.bytesOrNull(ask("GET " + read + " " + Words.word(key), false));
  }

  @Override
  public List<KeyValue> scan(KeyRange range, int limit, ReadOptions options) {
    String read = timeout.toMillis() + " " + ReadWords.word(options);
    String answer = ask("SCAN " + read + " " + EntryWords.text(range) + " " + limit, false);
    String[] words = answer.isEmpty() ? new String[0] : answer.split(" ", -1);
    return EntryWords.entries(words, 0, words.length / 2);
  }

  @Override
  public ScriptedTransaction.Run transact(ScriptedTransaction transaction) {
    String question =
        "TRANSACT " + timeout.toMillis() + " " + TransactionQuestion.text(transaction);
    return TransactionQuestion.run(transaction, ask(question, true));
  }

  List<CommitEvent> watch(KeyRange range, long afterTs, int limit) {
    String words = timeout.toMillis() + " " + EntryWords.text(range) + " " + limit;
    return WatchQuestion.events(ask("WATCH " + words + " " + afterTs, false));
  }

  private Commit commit(String question) {
    return EntryWords.commit(ask(question, true).split(" ", -1), 0);
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
      case "WriteConflictException" -> new WriteConflictException(ConflictKind.READ, NO_KEY);
      case "KeyLockedException" -> new KeyLockedException(NO_KEY);
      case "OutcomeUnknownException" -> new OutcomeUnknownException(message, e);
      case "" ->
          writes ? new OutcomeUnknownException(message, e) : new UnavailableException(message, e);
      default -> new KvException(message, e);
    };
  }
}
