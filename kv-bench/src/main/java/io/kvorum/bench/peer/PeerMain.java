// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.bench.driver.Json;
import io.kvorum.bench.driver.KeySpace;
import io.kvorum.bench.driver.LoadDriver;
import io.kvorum.bench.driver.LoadFailedException;
import io.kvorum.bench.driver.Target;
import io.kvorum.bench.driver.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;

/** The process of one system: see the package. Its one argument is a {@link PeerStart}. */
public final class PeerMain {

  private final PrintStream answers;

  private PeerMain(PrintStream answers) {
    this.answers = answers;
  }

  /** Ends the JVM when stdin ends, with 0, or with 1 if the system could not be started. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // what systems print is no answer
    PeerStart start = Json.read(arguments[0], PeerStart.class);
    // Some systems leave threads behind, so the JVM is ended.
    System.exit(new PeerMain(answers).serve(start));
  }

  private int serve(PeerStart start) {
    try (Target target =
        factory(start).start(Path.of(start.folder()), start.replicas(), start.ports())) {
      KeySpace keys = new KeySpace(start.keys());
      LoadDriver driver = new LoadDriver(target, keys, start.threads(), start.seed());
      driver.load();
      answer(
          PeerLine.ready(
              new PeerLine.Ready(
                  target.settings(),
                  Arrays.stream(Workload.values()).filter(w -> w.isOfferedBy(target)).toList())));
      rounds(driver);
      return 0;
    } catch (Exception | LinkageError e) { // a native library may not load
      e.printStackTrace();
      answer(PeerLine.failed(e));
      return 1;
    }
  }

  private void rounds(LoadDriver driver) throws IOException, InterruptedException {
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      PeerRound round = Json.read(line, PeerRound.class);
      try {
        answer(PeerLine.result(driver.round(round.load(), round.seconds())));
      } catch (LoadFailedException | IllegalStateException e) {
        answer(PeerLine.failed(e));
      }
    }
  }

  private void answer(PeerLine line) {
    answers.println(Json.line(line));
    answers.flush();
  }

  private static TargetFactory factory(PeerStart start) throws ReflectiveOperationException {
    return Class.forName(start.factory())
        .asSubclass(TargetFactory.class)
        .getDeclaredConstructor()
        .newInstance();
  }
}
