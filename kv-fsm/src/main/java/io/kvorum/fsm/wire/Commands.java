// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.WireProto.CommandProto;
import io.kvorum.fsm.wire.WireProto.OnceProto;
import io.kvorum.fsm.wire.WireProto.RequestProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * Encodes and decodes commands. Encoded commands are byte strings of Ratis, which go into the log
 * without another copy; they share no array with what was encoded.
 */
public final class Commands {

  /** The version this build writes, and the newest it reads. */
  public static final int VERSION = 1;

  private Commands() {}

  /** A command with one write of all these mutations. */
  public static ByteString write(List<Mutation> mutations) {
    return of(List.of(new Request.Write(mutations)));
  }

  /** A command with one request. */
  public static ByteString of(Request request) {
    return of(List.of(request));
  }

  /**
   * A command with many requests, each of which gets an outcome of its own.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ByteString of(List<Request> requests) {
    if (requests.isEmpty()) {
      throw new IllegalArgumentException("a command needs at least one request");
    }
    CommandProto.Builder command = CommandProto.newBuilder().setVersion(VERSION);
    for (Request request : requests) {
      command.addRequests(RequestEncoder.toProto(request));
    }
    return RatisBytes.wrap(command.build().toByteArray());
  }

  /** A command that deletes every key with the prefix. */
  public static ByteString deletePrefix(byte[] prefix) {
    return of(List.of(new Request.DeletePrefix(prefix, null)));
  }

  /** The bytes of a request, for {@link #once}. */
  public static ByteString request(Request request) {
    return RatisBytes.wrap(RequestEncoder.toProto(request).toByteArray());
  }

  /**
   * A command with one request that is carried out once, see {@link Request.Once}; the bytes of the
   * request are not encoded again.
   *
   * @param request as {@link #request} made it, of one that is no {@code Once} itself
   */
  public static ByteString once(
      ByteString request, long session, long sequence, long acknowledgedBelow) {
    byte[] once =
        RequestProto.newBuilder()
            .setOnce(
                OnceProto.newBuilder()
                    .setSession(session)
                    .setSequence(sequence)
                    .setAcknowledgedBelow(acknowledgedBelow))
            .build()
            .toByteArray();
    int length = request.size() + once.length;
    byte[] head =
        new byte
            [CodedOutputStream.computeUInt32Size(CommandProto.VERSION_FIELD_NUMBER, VERSION)
                + CodedOutputStream.computeTagSize(CommandProto.REQUESTS_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(length)];
    CodedOutputStream out = CodedOutputStream.newInstance(head);
    try {
      out.writeUInt32(CommandProto.VERSION_FIELD_NUMBER, VERSION);
      out.writeTag(CommandProto.REQUESTS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(length);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to an array", e);
    }
    return RatisBytes.wrap(head).concat(request).concat(RatisBytes.wrap(once));
  }

  /**
   * One command with the requests of all these commands, in order; their bytes are not encoded
   * again.
   */
  public static ByteString join(List<ByteString> commands) {
    return commands.size() == 1 ? commands.get(0) : ByteString.copyFrom(commands);
  }

  /**
   * The same command with the leader's clock hint; the bytes of {@code command} are not encoded
   * again.
   */
  public static ByteString stamp(ByteString command, long clockHint) {
    byte[] hint =
        new byte[CodedOutputStream.computeFixed64Size(CommandProto.CLOCK_HINT_FIELD_NUMBER, 0)];
    CodedOutputStream out = CodedOutputStream.newInstance(hint);
    try {
      out.writeFixed64(CommandProto.CLOCK_HINT_FIELD_NUMBER, clockHint);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to an array", e);
    }
    return command.concat(RatisBytes.wrap(hint));
  }

  /**
   * Decodes a command. The result shares no array with {@code bytes}.
   *
   * @throws NewerCommandException if it is of a newer version
   * @throws MalformedCommandException if it is no command
   */
  public static Command decode(ByteString bytes) {
    CommandProto command = parse(bytes);
    if (command.getVersion() > VERSION || command.getVersion() < 0) {
      throw new NewerCommandException(
          "a command of version "
              + Integer.toUnsignedString(command.getVersion())
              + " is newer than "
              + VERSION
              + ", the newest this replica knows; upgrade this replica and start it again");
    }
    if (command.getVersion() == 0) {
      throw new MalformedCommandException("a command without a version", null);
    }
    if (!command.getUnknownFields().asMap().isEmpty()) {
      throw new MalformedCommandException("a command with an unknown field", null);
    }
    if (command.getRequestsCount() == 0) {
      throw new MalformedCommandException("a command without a request", null);
    }
    if (command.getClockHint() < 0) {
      throw new MalformedCommandException(
          "a command whose clock hint " + command.getClockHint() + " is negative", null);
    }
    List<Request> requests = new ArrayList<>(command.getRequestsCount());
    for (RequestProto request : command.getRequestsList()) {
      requests.add(RequestDecoder.toRequest(request));
    }
    return new Command(command.getClockHint(), requests);
  }

  /* One flat copy of the bytes, which the parsed fields then point into. */
  private static CommandProto parse(ByteString bytes) {
    CodedInputStream in = CodedInputStream.newInstance(bytes.asReadOnlyByteBuffer());
    in.enableAliasing(true);
    try {
      CommandProto command = CommandProto.parseFrom(in);
      in.checkLastTagWas(0);
      return command;
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedCommandException(
          "these " + bytes.size() + " bytes are no command: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from an array", e);
    }
  }
}
