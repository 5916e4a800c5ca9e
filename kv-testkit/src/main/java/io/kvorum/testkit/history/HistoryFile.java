// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A history as a text file, one operation or watch a line, so that it can be read, cut and judged
 * again.
 *
 * <pre>
 * file      = "kvorum-history 1" NL *( operation NL | watch NL )
 * operation = "op" client kind invokedAt completedAt outcome promise readTs commitTs *seen *effect
 * promise   = "linearizable" | "at-least:" ts | "at:" ts | "stale:" nanos
 * seen      = "get:" key "=" value | "absent:" key
 *           | "scan:" bound "," bound "," limit "," ("up" | "down") *( ";" key "=" value )
 * effect    = "put:" key "=" value | "delete:" key | "delete-prefix:" prefix
 * watch     = "watch" client bound bound afterTs throughTs *( "@" arrivedAt "," ts *( ";" effect ) )
 * bound     = "~" | key                 "~": unbounded
 * </pre>
 *
 * Words are separated by one space; client, key, value and prefix are percent-encoded as in a web
 * form (a space is "+"); an unknown timestamp is -1.
 *
 * <p>Example: {@link HistoryChecker}.
 */
public final class HistoryFile {

  private static final String HEAD = "kvorum-history 1";

  private HistoryFile() {}

  /** Writes the history, over what the file held. */
  public static void write(History history, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
      out.write(HEAD + "\n");
      for (Operation operation : history.operations()) {
        out.write(line(operation) + "\n");
      }
      for (WatchRun watch : history.watches()) {
        out.write(HistoryGrammar.print(watch) + "\n");
      }
    }
  }

  /**
   * Reads a history.
   *
   * @throws IOException if the file cannot be read, or is not of the grammar; names the line
   */
  public static History read(Path file) throws IOException {
    List<Operation> operations = new ArrayList<>();
    List<WatchRun> watches = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      String head = in.readLine();
      if (!HEAD.equals(head)) {
        throw new IOException(file + " does not begin with \"" + HEAD + "\" but with " + head);
      }
      int number = 2;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        try {
          if (line.startsWith("watch ")) {
            watches.add(HistoryGrammar.watch(line));
          } else {
            operations.add(HistoryGrammar.operation(line));
          }
        } catch (RuntimeException e) {
          throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
        }
        number++;
      }
    }
    return new History(operations, watches);
  }

  static String line(Operation operation) {
    return HistoryGrammar.print(operation);
  }
}
