// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.kvorum.fsm.wire.WireProto.CommandProto;
import io.kvorum.fsm.wire.WireProto.NextProto;
import io.kvorum.fsm.wire.WireProto.OnceProto;
import io.kvorum.fsm.wire.WireProto.RequestProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What becomes a command by itself, or a part of one with others. Nothing that is encoded already
 * is encoded again. Immutable, and may be used from any thread.
 *
 * <p>Requests of one session that come together name it once: of each that follows only the step
 * from the sequence before is written, and nothing when that is the next one.
 */
public final class CommandPart {

  private final ByteString command;
  private final @Nullable Numbered numbered;

  /* A request, and what makes it one that is carried out once. */
  private record Numbered(ByteString request, long session, long sequence, long acknowledgedBelow) {

    boolean canFollow(Numbered before) {
      return session == before.session && acknowledgedBelow >= before.acknowledgedBelow;
    }
  }

  private CommandPart(ByteString command, @Nullable Numbered numbered) {
    this.command = command;
    this.numbered = numbered;
  }

  /** A command, as it is. */
  public static CommandPart of(ByteString command) {
    return new CommandPart(command, null);
  }

  /**
   * A request that is carried out once, see {@link Request.Once}.
   *
   * @param request as {@link Commands#request} made it, of one that is no {@code Once} itself
   */
  public static CommandPart once(
      ByteString request, long session, long sequence, long acknowledgedBelow) {
    OnceProto once =
        OnceProto.newBuilder()
            .setSession(session)
            .setSequence(sequence)
            .setAcknowledgedBelow(acknowledgedBelow)
            .build();
    ByteString number =
        RatisBytes.wrap(RequestProto.newBuilder().setOnce(once).build().toByteArray());
    return new CommandPart(
        head(true, request.size() + number.size()).concat(request).concat(number),
        new Numbered(request, session, sequence, acknowledgedBelow));
  }

  /** By itself. */
  public ByteString command() {
    return command;
  }

  /** One command with the requests of all these, in order. */
  public static ByteString join(List<CommandPart> parts) {
    List<ByteString> bytes = new ArrayList<>(parts.size());
    Numbered before = null;
    for (CommandPart part : parts) {
      Numbered numbered = part.numbered;
      bytes.add(
          before != null && numbered != null && numbered.canFollow(before)
              ? following(numbered, before)
              : part.command);
      before = numbered;
    }
    return bytes.size() == 1 ? bytes.get(0) : ByteString.copyFrom(bytes);
  }

  private static ByteString following(Numbered numbered, Numbered before) {
    NextProto next =
        NextProto.newBuilder()
            .setSkipped(numbered.sequence - before.sequence - 1)
            .setAcknowledgedMore(numbered.acknowledgedBelow - before.acknowledgedBelow)
            .build();
    ByteString number =
        RatisBytes.wrap(RequestProto.newBuilder().setNext(next).build().toByteArray());
    return head(false, numbered.request.size() + number.size())
        .concat(numbered.request)
        .concat(number);
  }

  /* What comes before the bytes of a request in a command; the version is said by the first. */
  private static ByteString head(boolean withVersion, int requestBytes) {
    int versionBytes =
        CodedOutputStream.computeUInt32Size(CommandProto.VERSION_FIELD_NUMBER, Commands.VERSION);
    byte[] head =
        new byte
            [(withVersion ? versionBytes : 0)
                + CodedOutputStream.computeTagSize(CommandProto.REQUESTS_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(requestBytes)];
    CodedOutputStream out = CodedOutputStream.newInstance(head);
    try {
      if (withVersion) {
        out.writeUInt32(CommandProto.VERSION_FIELD_NUMBER, Commands.VERSION);
      }
      out.writeTag(CommandProto.REQUESTS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(requestBytes);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to an array", e);
    }
    return RatisBytes.wrap(head);
  }
}
