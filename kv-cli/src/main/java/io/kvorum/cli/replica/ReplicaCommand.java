// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.replica;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.SyncMode;
import io.kvorum.raft.KvNode;
import io.kvorum.raft.ReplicaHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kv replica}: the child's side of the conversation that the package describes. */
@Command(name = "replica", hidden = true, description = "Runs one replica for kv demo.")
public final class ReplicaCommand implements Callable<Integer> {

  private static final Duration CATCH_UP = Duration.ofSeconds(60);

  @Option(names = "--id", required = true)
  private String id = "";

  @Option(names = "--address", required = true)
  private String address = "";

  @Option(names = "--group", required = true)
  private String group = "";

  @Option(names = "--dir", required = true)
  private Path dir = Path.of("");

  @Option(names = "--log", required = true)
  private Path log = Path.of("");

  @Option(names = "--sync-mode", required = true)
  private SyncMode syncMode = SyncMode.SYNC;

  @Override
  public Integer call() throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // what a library prints must not get into the conversation
    LogFile.open(log);
    try (KvNode node =
        KvNode.builder()
            .dataDir(dir)
            .peer(id, address)
            .group(group)
            .fsmSyncMode(syncMode)
            .start()) {
      answer(answers, "READY");
      converse(node, answers);
      return 0;
    } catch (KvException | InvalidArgumentException e) {
      answer(answers, "FAILED " + sentence(e));
      return 1;
    }
  }

  private static void converse(KvNode node, PrintStream answers) throws IOException {
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String question = questions.readLine();
        question != null;
        question = questions.readLine()) {
      if (question.equals("STOP")) {
        answer(answers, "OK");
        return;
      }
      String reply;
      try {
        reply = "OK " + reply(node, question);
      } catch (IOException | RuntimeException e) {
        // The parent decides what a failed question means; the child stays to answer the next.
        reply = "ERROR " + sentence(e);
      }
      answer(answers, reply);
    }
  }

  private static String reply(KvNode node, String question) throws IOException {
    String[] words = question.split(" ", 3);
    return switch (words[0]) {
      case "STATUS" -> text(node.appliedPosition()) + " " + node.leader().orElse("-");
      case "VERIFY" -> {
        node.awaitApplied(Long.parseLong(words[1]), CATCH_UP);
        Verification result = Verification.of(node.store(), Path.of(words[2]));
        yield result.checked() + " " + result.lost();
      }
      case "HASH" -> {
        ReplicaHash hash = node.hash();
        yield text(hash.position()) + " " + hash.sha256();
      }
      default -> throw new InvalidArgumentException("unknown question " + words[0]);
    };
  }

  private static String text(LogPosition position) {
    return position.term() + " " + position.index();
  }

  private static void answer(PrintStream answers, String line) {
    answers.print(line + "\n");
    answers.flush();
  }

  private static String sentence(Throwable e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.replaceAll("\\s+", " ");
  }
}
