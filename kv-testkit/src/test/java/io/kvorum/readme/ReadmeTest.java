// SPDX-License-Identifier: Apache-2.0
package io.kvorum.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example is the code that runs here. */
class ReadmeTest {

  private static final Path README = Path.of("..", "README.md");
  private static final Path EXAMPLE = Path.of("src/test/java/io/kvorum/readme/Embedding.java");

  @TempDir Path data;

  @Test
  void theExampleRuns() throws IOException {
    assertThat(Embedding.run(data, freeGroup())).startsWith("hello, at log index ");
  }

  @Test
  void theReadmeHoldsTheExample() throws IOException {
    String source = Files.readString(EXAMPLE);
    String example =
        source
            .substring(
                source.indexOf("// README begins\n") + "// README begins\n".length(),
                source.indexOf("    // README ends"))
            .stripTrailing()
            .stripIndent();
    assertThat(Files.readString(README)).contains(example);
    assertThat(example.lines().count()).isLessThanOrEqualTo(15);
  }

  private static String freeGroup() throws IOException {
    StringJoiner group = new StringJoiner(",");
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      group.add("n" + i + "=127.0.0.1:" + socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return group.toString();
  }
}
