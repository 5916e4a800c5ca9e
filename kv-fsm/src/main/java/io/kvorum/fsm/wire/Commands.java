// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.WireProto.CommandProto;
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

  /** The bytes of a request, for {@link CommandPart#once}. */
  public static ByteString request(Request request) {
    return RatisBytes.wrap(RequestEncoder.toProto(request).toByteArray());
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
    Request.Once numbered = null;
    for (RequestProto proto : command.getRequestsList()) {
      Request request = RequestDecoder.toRequest(proto, numbered);
      if (request instanceof Request.Once once) {
        numbered = once;
      }
      requests.add(request);
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
