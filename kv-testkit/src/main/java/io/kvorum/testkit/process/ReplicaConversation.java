// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.MvccStore;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.raft.KvNode;
import io.kvorum.raft.ReplicaHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The child's side of the conversation that the package specifies.
 *
 * <pre>{@code
 * ReplicaConversation.Question count =
 *     (node, prefix) -> {
 *       KeyRange range = KeyRange.prefix(prefix.getBytes(UTF_8));
 *       return "" + node.store().scanAt(range, 1_000, node.store().lastCommitTs()).size();
 *     };
 * int code = ReplicaConversation.run(() -> KvNode.open(dir), Map.of("COUNT", count));
 * System.exit(code);
 * }</pre>
 */
public final class ReplicaConversation {

  private static final int MOST_AT_ONCE = 64;

  private final KvNode node;
  private final PrintStream answers;
  private final Map<String, Question> more;

  /** How a program answers a word of its own. */
  public interface Question {

    /**
     * Answers.
     *
     * @param arguments what follows the word
     * @return the results, as one line
     */
    String answer(KvNode node, String arguments) throws IOException;
  }

  private ReplicaConversation(KvNode node, PrintStream answers, Map<String, Question> more) {
    this.node = node;
    this.answers = answers;
    this.more = more;
  }

  /**
   * Starts a replica and answers questions about it from stdin until STOP, or until stdin ends;
   * then closes it. Stdout is taken for the answers: what others print goes to stderr.
   *
   * @param more words besides those of the package
   * @return the exit code of the process
   */
  public static int run(Supplier<KvNode> start, Map<String, Question> more) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    KvNode opened;
    try {
      opened = start.get();
    } catch (RuntimeException e) {
      print(answers, "0 ERROR " + sentence(e));
      return 1;
    }
    try (KvNode node = opened) {
      print(answers, "0 OK READY");
      new ReplicaConversation(node, answers, more).converse();
    }
    return 0;
  }

  private void converse() throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            MOST_AT_ONCE,
            task -> {
              Thread thread = new Thread(task, "answer");
              thread.setDaemon(true);
              return thread;
            });
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      String[] parts = line.split(" ", 2);
      if (parts[1].equals("STOP")) {
        print(answers, parts[0] + " OK");
        break;
      }
      threads.execute(() -> answer(parts[0], parts[1]));
    }
    threads.shutdownNow();
  }

  private void answer(String number, String question) {
    String answer;
    try {
      answer = "OK " + reply(question);
    } catch (IOException | RuntimeException e) {
      // The parent decides what a failed question means; the child stays to answer the next.
      answer = "ERROR " + sentence(e);
    }
    print(answers, number + " " + answer);
  }

  private String reply(String question) throws IOException {
    String[] words = question.split(" ", -1);
    return switch (words[0]) {
      case "STATUS" ->
          EntryWords.text(node.appliedPosition()) + " " + node.leader().orElse(Words.ABSENT);
      case "HASH" -> {
        ReplicaHash hash = node.hash();
        yield EntryWords.text(hash.position()) + " " + hash.sha256();
      }
      case "TRANSFER" -> {
        node.transferLeadership(words[2], millis(words[1]));
        yield "";
      }
      case "WRITE" -> EntryWords.text(kv(words).write(EntryWords.mutations(words, 2)));
      case "DELETE-PREFIX" -> EntryWords.text(kv(words).deletePrefix(Words.bytes(words[2])));
      case "GET" ->
          Words.word(
              kv(words).get(Words.bytes(words[3]), ReadWords.options(words[2])), Words.ABSENT);
      case "SCAN" ->
          EntryWords.text(
              kv(words)
                  .scan(
                      EntryWords.range(words[3], words[4]),
                      Integer.parseInt(words[5]),
                      ReadWords.options(words[2])));
      case "TRANSACT" ->
          TransactionQuestion.text(TransactionQuestion.transaction(words, 2).on(kv(words)));
      case "WATCH" ->
          WatchQuestion.text(
              WatchQuestion.ask(
                  node.kv(),
                  EntryWords.range(words[2], words[3]),
                  Long.parseLong(words[5]),
                  Integer.parseInt(words[4]),
                  Long.parseLong(words[1])));
      case "LOCAL-GET" ->
          Words.word(node.store().getAt(Words.bytes(words[1]), MvccStore.LATEST), Words.ABSENT);
      default -> {
        Question asked = more.get(words[0]);
        if (asked == null) {
          throw new InvalidArgumentException("unknown question " + words[0]);
        }
        yield asked.answer(node, question.substring(words[0].length()).trim());
      }
    };
  }

  private ReplicatedKv kv(String[] words) {
    return node.kv().withTimeout(millis(words[1]));
  }

  private static Duration millis(String word) {
    return Duration.ofMillis(Long.parseLong(word));
  }

  private static void print(PrintStream answers, String line) {
    synchronized (answers) {
      answers.print(line + "\n");
      answers.flush();
    }
  }

  private static String sentence(Throwable e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return e.getClass().getSimpleName()
        + " "
        + message.replaceAll("\\s+", " ").replaceAll("[^\\x20-\\x7e]", "?");
  }
}
