// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/** The gRPC service by which replicas ask each other; the package shows it. */
final class PeerProtocol {

  static final String SERVICE = "io.kvorum.Peer";

  /** For what is answered without a wait for a lock, a disk or a large message before it. */
  static final MethodDescriptor<Envelope, Envelope> QUICK = method("Quick");

  /** For everything else. */
  static final MethodDescriptor<Envelope, Envelope> WORK = method("Work");

  private PeerProtocol() {}

  static MethodDescriptor<Envelope, Envelope> methodFor(PeerRequest request) {
    return request instanceof PeerRequest.TermProbe || request instanceof PeerRequest.ReadIndex
        ? QUICK
        : WORK;
  }

  private static MethodDescriptor<Envelope, Envelope> method(String name) {
    EnvelopeBytes bytes = new EnvelopeBytes();
    return MethodDescriptor.newBuilder(bytes, bytes)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .build();
  }

  static final class EnvelopeBytes implements MethodDescriptor.Marshaller<Envelope> {

    @Override
    public InputStream stream(Envelope envelope) {
      ByteBuffer number = ByteBuffer.allocate(Long.BYTES).putLong(0, envelope.number());
      return UnsafeByteOperations.unsafeWrap(number).concat(envelope.message()).newInput();
    }

    @Override
    public Envelope parse(InputStream stream) {
      ByteString all;
      try {
        all = UnsafeByteOperations.unsafeWrap(stream.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (all.size() < Long.BYTES) {
        throw Status.INVALID_ARGUMENT
            .withDescription("an envelope of only " + all.size() + " bytes")
            .asRuntimeException();
      }
      long number = all.substring(0, Long.BYTES).asReadOnlyByteBuffer().getLong();
      return new Envelope(number, all.substring(Long.BYTES));
    }
  }
}
