// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.WireProto.CommandProto;
import io.kvorum.fsm.wire.WireProto.DeletePrefixProto;
import io.kvorum.fsm.wire.WireProto.MutationProto;
import io.kvorum.fsm.wire.WireProto.RequestProto;
import io.kvorum.fsm.wire.WireProto.WriteProto;
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

  /** A command that deletes every key with the prefix. */
  public static ByteString deletePrefix(byte[] prefix) {
    return of(List.of(new Request.DeletePrefix(prefix, null)));
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
      command.addRequests(toProto(request));
    }
    return RatisBytes.wrap(command.build().toByteArray());
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
      requests.add(toRequest(request));
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

  private static RequestProto toProto(Request request) {
    RequestProto.Builder proto = RequestProto.newBuilder();
    if (request instanceof Request.Write write) {
      WriteProto.Builder mutations = WriteProto.newBuilder();
      for (Mutation mutation : write.mutations()) {
        mutations.addMutations(toProto(mutation));
      }
      proto.setWrite(mutations);
    } else if (request instanceof Request.DeletePrefix delete) {
      DeletePrefixProto.Builder prefixes =
          DeletePrefixProto.newBuilder()
              .setPrefix(UnsafeByteOperations.unsafeWrap(delete.prefix()));
      byte[] excluded = delete.excludePrefix();
      if (excluded != null) {
        prefixes.setExcludePrefix(UnsafeByteOperations.unsafeWrap(excluded));
      }
      proto.setDeletePrefix(prefixes);
    }
    return proto.build();
  }

  private static MutationProto toProto(Mutation mutation) {
    MutationProto.Builder proto =
        MutationProto.newBuilder().setKey(UnsafeByteOperations.unsafeWrap(mutation.key()));
    if (mutation instanceof Mutation.Put put) {
      proto.setPut(UnsafeByteOperations.unsafeWrap(put.value())).setExpireAt(put.expireAt());
    } else {
      proto.setDelete(true);
    }
    return proto.build();
  }

  private static Request toRequest(RequestProto request) {
    checkKnown(request.getUnknownFields().asMap().isEmpty(), "request");
    return switch (request.getKindCase()) {
      case WRITE -> {
        checkKnown(request.getWrite().getUnknownFields().asMap().isEmpty(), "write");
        List<Mutation> mutations = new ArrayList<>(request.getWrite().getMutationsCount());
        for (MutationProto mutation : request.getWrite().getMutationsList()) {
          mutations.add(toMutation(mutation));
        }
        yield new Request.Write(mutations);
      }
      case DELETE_PREFIX -> {
        DeletePrefixProto delete = request.getDeletePrefix();
        checkKnown(delete.getUnknownFields().asMap().isEmpty(), "prefix delete");
        yield new Request.DeletePrefix(
            delete.getPrefix().toByteArray(),
            delete.hasExcludePrefix() ? delete.getExcludePrefix().toByteArray() : null);
      }
      case KIND_NOT_SET -> throw new MalformedCommandException("an empty request", null);
    };
  }

  private static Mutation toMutation(MutationProto mutation) {
    checkKnown(mutation.getUnknownFields().asMap().isEmpty(), "mutation");
    byte[] key = mutation.getKey().toByteArray();
    return switch (mutation.getKindCase()) {
      case PUT -> Mutation.put(key, mutation.getPut().toByteArray(), mutation.getExpireAt());
      case DELETE -> {
        checkKnown(mutation.getDelete() && mutation.getExpireAt() == 0, "delete");
        yield Mutation.delete(key);
      }
      case KIND_NOT_SET -> throw new MalformedCommandException("an empty mutation", null);
    };
  }

  private static void checkKnown(boolean known, String what) {
    if (!known) {
      throw new MalformedCommandException("a " + what + " with something unknown in it", null);
    }
  }
}
