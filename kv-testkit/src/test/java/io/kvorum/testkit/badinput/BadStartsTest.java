// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import io.kvorum.api.Commit;
import io.kvorum.api.StoreOptions;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.raft.KvNode;
import io.kvorum.store.badinput.BadInput;
import io.kvorum.store.badinput.BadInputTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The rows of {@code docs/bad-input.md} about the start of a replica, and about its log. */
@SuppressWarnings("NullAway") // null is bad input
final class BadStartsTest {

  private static final byte[] K = "k".getBytes(UTF_8);

  @TempDir static Path folder;

  private static KvNode open;
  private static ServerSocket taken;

  @BeforeAll
  static void start() throws IOException {
    open = KvNode.open(folder.resolve("open"));
    Commit unused = open.kv().put(K, K);
    KvNode.open(folder.resolve("used")).close();
    Files.writeString(folder.resolve("file"), "x");
    taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterAll
  static void stop() throws IOException {
    taken.close();
    open.close();
  }

  private static String address() {
    return "127.0.0.1:" + taken.getLocalPort();
  }

  private static BadInput of(String call, String input, UnaryOperator<KvNode.Builder> settings) {
    return new BadInput(
        call,
        input,
        () -> {
          KvNode unexpected =
              settings.apply(KvNode.builder().dataDir(folder.resolve("fresh"))).start();
          unexpected.close();
        });
  }

  private static List<BadInput> settings() {
    return List.of(
        new BadInput("start", "no directory", () -> KvNode.builder().start()),
        of("peer", "no port", b -> b.peer("n1", "127.0.0.1")),
        of("peer", "port 65536", b -> b.peer("n1", "127.0.0.1:65536")),
        of("peer", "a name with a space", b -> b.peer("n 1", "127.0.0.1:7001")),
        of("peer", "not in the group", b -> b.peer("n4").group("n1=127.0.0.1:7001")),
        of(
            "peer",
            "at another address than the group says",
            b -> b.peer("n1", "127.0.0.1:7002").group("n1=127.0.0.1:7001")),
        of("group", "which of it this is, is missing", b -> b.group("n1=127.0.0.1:7001")),
        of("group", "no address", b -> b.group("n1")),
        of("group", "a name twice", b -> b.group("n1=127.0.0.1:7001,n1=127.0.0.1:7002")),
        of("group", "an address twice", b -> b.group("n1=127.0.0.1:7001,n2=127.0.0.1:7001")),
        of("peer", "not on loopback, transport not secured", b -> b.peer("n1", "0.0.0.0:7001")),
        of("cluster", "blank", b -> b.cluster(" ")),
        of(
            "storeOptions",
            "maxValueBytes above what an entry holds",
            b -> b.storeOptions(StoreOptions.defaults().withMaxValueBytes(1 << 30))),
        of("requestTimeout", "0", b -> b.requestTimeout(Duration.ZERO)),
        of(
            "electionTimeout",
            "min not below max",
            b -> b.electionTimeout(Duration.ofSeconds(1), Duration.ofSeconds(1))),
        of("checkpointEvery", "0", b -> b.checkpointEvery(0)),
        of("checkpointBytes", "less than 1 MiB", b -> b.checkpointBytes(1)),
        of("maxInFlight", "0 requests", b -> b.maxInFlight(0, 1)),
        of("diskReserve", "-1", b -> b.diskReserve(-1)),
        of("sessionTimeToLive", "0", b -> b.sessionTimeToLive(Duration.ZERO)));
  }

  private static List<BadInput> places() {
    return List.of(
        of("start", "the directory is a file", b -> b.dataDir(folder.resolve("file"))),
        of("start", "the directory is open", b -> b.dataDir(folder.resolve("open"))),
        of(
            "start",
            "the directory of another replica",
            b -> b.dataDir(folder.resolve("used")).peer("n2", "127.0.0.1:7002")),
        of(
            "start",
            "the directory of a foreign cluster",
            b -> b.dataDir(folder.resolve("used")).cluster("other")),
        of("start", "the port is in use", b -> b.peer("n1", address())));
  }

  private static List<BadInput> entries() {
    return List.of(
        new BadInput("log entry", "a command of version 9", () -> Commands.decode(version(9))),
        new BadInput("log entry", "no command", () -> Commands.decode(ByteString.copyFrom(K))));
  }

  private static ByteString version(int version) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeUInt32(1, version);
      out.flush();
      return ByteString.copyFrom(bytes.toByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> starts() {
    Map<String, String> placeholders =
        Map.of(folder.toString(), "DIR", String.valueOf(taken.getLocalPort()), "PORT");
    return new BadInputTable("Starting a replica", placeholders)
        .tests(
            Stream.of(settings(), places(), entries()).flatMap(List::stream).toList(),
            () -> open.kv().get(K));
  }
}
