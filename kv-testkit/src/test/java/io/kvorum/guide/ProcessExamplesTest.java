// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.testkit.process.JavaCommand;
import io.kvorum.testkit.process.ReplicaProcess;
import io.kvorum.testkit.process.ReplicaProcessException;
import io.kvorum.testkit.process.ReplicaSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of replicas in processes of their own. */
@Timeout(120)
class ProcessExamplesTest {

  @TempDir Path folder;

  @Test
  void aProgramOfOnesOwn() {
    String main = CountingReplica.class.getName();
    String dir = folder.resolve("data").toString();
    List<String> answers = new ArrayList<>();
    // javadoc: ReplicaProcess
    List<String> options = List.of("-Xmx128m", "-XX:TieredStopAtLevel=1");
    ReplicaSpec spec = new ReplicaSpec("n1", folder, options, main, List.of(dir));
    try (ReplicaProcess process = ReplicaProcess.start(spec)) {
      process.awaitReady();
      answers.add(ask(process, "COUNT user/")); // see ReplicaConversation
      process.kill(); // kill -9
      answers.add(ask(process, "COUNT user/"));
    }
    // javadoc ends
    assertThat(answers).hasSize(2).startsWith("0");
    assertThat(answers.get(1)).isIn("UnavailableException", ""); // whether its end was seen yet
  }

  private static String ask(ReplicaProcess process, String question) {
    // javadoc: ReplicaProcessException
    try {
      return process.ask(question, Duration.ofSeconds(20));
    } catch (ReplicaProcessException e) {
      return e.kind(); // UnavailableException, say; empty: it did not answer
    }
    // javadoc ends
  }

  @Test
  void aCommand() {
    String main = CountingReplica.class.getName();
    // javadoc: JavaCommand
    List<String> options = List.of("-Xmx64m");
    List<String> command = JavaCommand.of(folder, options, main, List.of("argument"));
    ProcessBuilder builder = new ProcessBuilder(command); // the class path is that of this JVM
    // javadoc ends
    assertThat(builder.command()).contains("-Xmx64m", main, "argument");
  }
}
