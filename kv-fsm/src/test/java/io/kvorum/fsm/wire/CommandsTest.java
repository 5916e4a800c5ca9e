// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.WireProto.CommandProto;
import io.kvorum.fsm.wire.WireProto.DeletePrefixProto;
import io.kvorum.fsm.wire.WireProto.FenceProto;
import io.kvorum.fsm.wire.WireProto.MutationProto;
import io.kvorum.fsm.wire.WireProto.NextProto;
import io.kvorum.fsm.wire.WireProto.OnceProto;
import io.kvorum.fsm.wire.WireProto.RequestProto;
import io.kvorum.fsm.wire.WireProto.SessionProto;
import io.kvorum.fsm.wire.WireProto.WriteProto;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CommandsTest {

  private static final byte[] KEY = "key".getBytes(UTF_8);
  private static final byte[] VALUE = "value".getBytes(UTF_8);

  @Test
  void decodesWhatWasEncoded() {
    List<Mutation> mutations =
        List.of(Mutation.put(KEY, VALUE, 7), Mutation.put(KEY, new byte[0]), Mutation.delete(KEY));
    ByteString bytes =
        Commands.of(
            List.of(
                new Request.Write(mutations),
                new Request.DeletePrefix(new byte[0], null),
                new Request.DeletePrefix(KEY, new byte[0])));

    Command command = Commands.decode(bytes);

    assertThat(command.clockHint()).isZero();
    assertThat(command.requests()).hasSize(3);
    assertThat(command.requests().get(0)).isEqualTo(new Request.Write(mutations));
    Request.DeletePrefix all = (Request.DeletePrefix) command.requests().get(1);
    assertThat(all.prefix()).isEmpty();
    assertThat(all.excludePrefix()).isNull();
    Request.DeletePrefix some = (Request.DeletePrefix) command.requests().get(2);
    assertThat(some.prefix()).isEqualTo(KEY);
    assertThat(some.excludePrefix()).isEmpty();
  }

  @Test
  void aRequestThatIsEncodedAlreadyGetsItsSequenceWithoutBeingEncodedAgain() {
    for (Request request :
        List.of(
            new Request.Write(List.of(Mutation.put(KEY, new byte[300], 7))),
            new Request.DeletePrefix(KEY, null))) {
      for (long acknowledged : new long[] {0, 200, Long.MAX_VALUE}) {
        CommandPart part =
            CommandPart.once(Commands.request(request), -5, Long.MAX_VALUE, acknowledged);
        assertThat(part.command())
            .isEqualTo(Commands.of(new Request.Once(-5, Long.MAX_VALUE, acknowledged, request)));
      }
    }
  }

  @Test
  void requestsOfOneSessionThatComeTogetherNameItOnce() {
    ByteString request = Commands.request(new Request.Write(List.of(Mutation.put(KEY, VALUE))));
    CommandPart first = CommandPart.once(request, 1L << 60, 1_000_000, 999_000);
    CommandPart second = CommandPart.once(request, 1L << 60, 1_000_001, 999_000);

    int more = CommandPart.join(List.of(first, second)).size() - first.command().size();

    // Tag and length of the request, and an empty message with tag and length.
    assertThat(more).isEqualTo(2 + request.size() + 2);
  }

  @Test
  void sharesNoArrayWithItsSource() {
    byte[] key = KEY.clone();
    ByteString bytes = Commands.write(List.of(Mutation.put(key, VALUE)));
    key[0] = 'X';
    Request.Write once = (Request.Write) Commands.decode(bytes).requests().get(0);
    once.mutations().get(0).key()[0] = 'Y';
    Request.Write twice = (Request.Write) Commands.decode(bytes).requests().get(0);

    assertThat(twice.mutations().get(0).key()).isEqualTo(KEY);
  }

  @Test
  void theLeadersHintWinsOverTheClients() {
    ByteString own = Commands.stamp(Commands.deletePrefix(KEY), 5);
    ByteString stamped = Commands.stamp(own, 1L << 60);

    Command command = Commands.decode(stamped);

    assertThat(command.clockHint()).isEqualTo(1L << 60);
    assertThat(command.requests()).hasSize(1);
  }

  @Test
  void needsARequest() {
    assertThatThrownBy(() -> Commands.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @MethodSource
  void refusesNewerVersions(int version) {
    ByteString bytes = bytes(valid().setVersion(version).build());

    assertThatThrownBy(() -> Commands.decode(bytes))
        .isInstanceOf(NewerCommandException.class)
        .hasMessageContaining("upgrade");
  }

  static Stream<Integer> refusesNewerVersions() {
    return Stream.of(2, 100, Integer.MAX_VALUE, -1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refusesMalformedCommands(String name, ByteString bytes) {
    assertThatThrownBy(() -> Commands.decode(bytes)).isInstanceOf(MalformedCommandException.class);
  }

  static Stream<Arguments> refusesMalformedCommands() {
    MutationProto both = MutationProto.newBuilder().setKey(bytes("k")).build();
    MutationProto notDeleted = MutationProto.newBuilder().setDelete(false).build();
    MutationProto expiringDelete =
        MutationProto.newBuilder().setDelete(true).setExpireAt(1).build();
    ByteString valid = bytes(valid().build());
    // Field 15 with the number 1, which a command does not have.
    ByteString unknown = ByteString.copyFrom(new byte[] {0x78, 1});
    return Stream.of(
        Arguments.of("nothing", ByteString.EMPTY),
        Arguments.of("text", ByteString.copyFromUtf8("hello, log")),
        Arguments.of("cut", valid.substring(0, valid.size() - 1)),
        Arguments.of("no version", bytes(valid().clearVersion().build())),
        Arguments.of("no request", bytes(CommandProto.newBuilder().setVersion(1).build())),
        Arguments.of("negative hint", Commands.stamp(valid, -1)),
        Arguments.of("unknown field", valid.concat(unknown)),
        Arguments.of(
            "empty request", bytes(valid().addRequests(RequestProto.newBuilder()).build())),
        Arguments.of(
            "session request with a sequence",
            bytes(
                valid()
                    .addRequests(
                        RequestProto.newBuilder()
                            .setSession(SessionProto.newBuilder().setKeepAlive(1))
                            .setOnce(OnceProto.newBuilder().setSession(1).setSequence(1)))
                    .build())),
        Arguments.of(
            "session request that continues another",
            bytes(
                after(once())
                    .addRequests(
                        RequestProto.newBuilder()
                            .setSession(SessionProto.newBuilder().setKeepAlive(1))
                            .setNext(NextProto.newBuilder()))
                    .build())),
        Arguments.of(
            "continues another by an unknown field",
            bytes(
                after(once())
                    .addRequests(
                        next()
                            .setNext(
                                NextProto.newBuilder()
                                    .setUnknownFields(
                                        UnknownFieldSet.newBuilder()
                                            .addField(
                                                9,
                                                UnknownFieldSet.Field.newBuilder()
                                                    .addVarint(1)
                                                    .build())
                                            .build())))
                    .build())),
        Arguments.of("continues no request", bytes(after(next()).build())),
        Arguments.of(
            "continues a request without a sequence", bytes(valid().addRequests(next()).build())),
        Arguments.of(
            "continues another, and has a sequence",
            bytes(after(once()).addRequests(next().mergeFrom(once().build())).build())),
        Arguments.of(
            "fence without a sequence",
            bytes(
                valid()
                    .addRequests(RequestProto.newBuilder().setFence(FenceProto.newBuilder()))
                    .build())),
        Arguments.of(
            "empty session request",
            bytes(
                valid()
                    .addRequests(RequestProto.newBuilder().setSession(SessionProto.newBuilder()))
                    .build())),
        Arguments.of("empty mutation", bytes(write(both))),
        Arguments.of("delete: false", bytes(write(notDeleted))),
        Arguments.of("delete that expires", bytes(write(expiringDelete))));
  }

  private static CommandProto.Builder after(RequestProto.Builder request) {
    return CommandProto.newBuilder().setVersion(1).addRequests(request);
  }

  private static RequestProto.Builder once() {
    return RequestProto.newBuilder()
        .setFence(FenceProto.newBuilder())
        .setOnce(OnceProto.newBuilder().setSession(1).setSequence(1));
  }

  private static RequestProto.Builder next() {
    return RequestProto.newBuilder()
        .setFence(FenceProto.newBuilder())
        .setNext(NextProto.newBuilder());
  }

  private static CommandProto write(MutationProto mutation) {
    return CommandProto.newBuilder()
        .setVersion(1)
        .addRequests(
            RequestProto.newBuilder().setWrite(WriteProto.newBuilder().addMutations(mutation)))
        .build();
  }

  private static CommandProto.Builder valid() {
    return CommandProto.newBuilder()
        .setVersion(1)
        .addRequests(
            RequestProto.newBuilder()
                .setDeletePrefix(DeletePrefixProto.newBuilder().setPrefix(bytes("p"))));
  }

  private static com.google.protobuf.ByteString bytes(String text) {
    return com.google.protobuf.ByteString.copyFromUtf8(text);
  }

  private static ByteString bytes(CommandProto command) {
    return ByteString.copyFrom(command.toByteArray());
  }
}
