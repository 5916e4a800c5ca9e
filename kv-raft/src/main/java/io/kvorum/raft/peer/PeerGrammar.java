// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Turns requests and answers into bytes and back; the package shows the grammar. */
public final class PeerGrammar {

  static final byte VERSION = 1;

  private static final byte SUBMIT = 1;
  private static final byte TERM_PROBE = 2;
  private static final byte READ_INDEX = 3;
  private static final byte TRANSFER = 4;
  private static final byte LEASE_READ_INDEX = 5;
  private static final byte APPLIED = 64;
  private static final byte TERM = 65;
  private static final byte INDEX = 66;
  private static final byte REFUSED = 67;
  private static final byte DONE = 68;

  private static final int HEAD_BYTES = 2;

  private PeerGrammar() {}

  /** The bytes of a request; the command is not copied. */
  public static ByteString encode(PeerRequest request) {
    if (request instanceof PeerRequest.Submit submit) {
      return headAndLong(SUBMIT, submit.timeoutMillis()).concat(submit.command());
    } else if (request instanceof PeerRequest.ReadIndex read) {
      return headAndLong(read.byLease() ? LEASE_READ_INDEX : READ_INDEX, read.timeoutMillis())
          .concat(ByteString.copyFromUtf8(read.asker()));
    } else if (request instanceof PeerRequest.Transfer transfer) {
      return headAndLong(TRANSFER, transfer.timeoutMillis())
          .concat(ByteString.copyFromUtf8(transfer.to()));
    }
    PeerRequest.TermProbe probe = (PeerRequest.TermProbe) request;
    return wrap(head(TERM_PROBE, 0)).concat(ByteString.copyFromUtf8(probe.asker()));
  }

  /** The bytes of an answer; the reply is not copied. */
  public static ByteString encode(PeerAnswer answer) {
    if (answer instanceof PeerAnswer.Applied applied) {
      return wrap(head(APPLIED, 0)).concat(applied.reply());
    } else if (answer instanceof PeerAnswer.Term term) {
      ByteBuffer body = head(TERM, 2 * Long.BYTES);
      return wrap(body.putLong(term.term()).putLong(term.promiseMillis()).rewind());
    } else if (answer instanceof PeerAnswer.Index index) {
      return headAndLong(INDEX, index.index());
    } else if (answer instanceof PeerAnswer.Done) {
      return wrap(head(DONE, 0));
    }
    PeerAnswer.Refused refused = (PeerAnswer.Refused) answer;
    byte[] why = refused.why().getBytes(StandardCharsets.UTF_8);
    return wrap(head(REFUSED, 1 + why.length).put(refused.refusal().code()).put(why).rewind());
  }

  /**
   * Decodes a request.
   *
   * @throws IOException if the bytes are none, or one of another version
   */
  public static PeerRequest decodeRequest(ByteString bytes) throws IOException {
    byte kind = kindOf(bytes);
    return switch (kind) {
      case SUBMIT -> {
        long timeoutMillis = longOf(bytes, HEAD_BYTES + Long.BYTES);
        yield new PeerRequest.Submit(bytes.substring(HEAD_BYTES + Long.BYTES), timeoutMillis);
      }
      case TERM_PROBE ->
          new PeerRequest.TermProbe(bytes.substring(HEAD_BYTES).toString(StandardCharsets.UTF_8));
      case READ_INDEX, LEASE_READ_INDEX -> {
        long timeoutMillis = longOf(bytes, HEAD_BYTES + Long.BYTES);
        yield new PeerRequest.ReadIndex(
            bytes.substring(HEAD_BYTES + Long.BYTES).toString(StandardCharsets.UTF_8),
            timeoutMillis,
            kind == LEASE_READ_INDEX);
      }
      case TRANSFER -> {
        long timeoutMillis = longOf(bytes, HEAD_BYTES + Long.BYTES);
        yield new PeerRequest.Transfer(
            bytes.substring(HEAD_BYTES + Long.BYTES).toString(StandardCharsets.UTF_8),
            timeoutMillis);
      }
      default -> throw new IOException("a request of the unknown kind " + kind);
    };
  }

  /**
   * Decodes an answer.
   *
   * @throws IOException if the bytes are none, or one of another version
   */
  public static PeerAnswer decodeAnswer(ByteString bytes) throws IOException {
    byte kind = kindOf(bytes);
    return switch (kind) {
      case APPLIED -> new PeerAnswer.Applied(bytes.substring(HEAD_BYTES));
      case TERM -> termOf(bytes);
      case INDEX -> new PeerAnswer.Index(longOf(bytes, bytes.size()));
      case REFUSED -> refusedOf(bytes);
      case DONE -> new PeerAnswer.Done();
      default -> throw new IOException("an answer of the unknown kind " + kind);
    };
  }

  private static PeerAnswer termOf(ByteString bytes) throws IOException {
    long term = longOf(bytes, HEAD_BYTES + Long.BYTES);
    if (bytes.size() != HEAD_BYTES + 2 * Long.BYTES) {
      throw new IOException("a term of " + bytes.size() + " bytes is cut or too long");
    }
    return new PeerAnswer.Term(
        term, bytes.substring(HEAD_BYTES + Long.BYTES).asReadOnlyByteBuffer().getLong());
  }

  private static PeerAnswer refusedOf(ByteString bytes) throws IOException {
    int code = bytes.size() > HEAD_BYTES ? bytes.byteAt(HEAD_BYTES) : -1;
    Refusal refusal =
        Refusal.of(code)
            .orElseThrow(() -> new IOException("a refusal of the unknown kind " + code));
    return new PeerAnswer.Refused(
        refusal, bytes.substring(HEAD_BYTES + 1).toString(StandardCharsets.UTF_8));
  }

  private static byte kindOf(ByteString bytes) throws IOException {
    if (bytes.size() < HEAD_BYTES) {
      throw new IOException("a message of only " + bytes.size() + " bytes");
    }
    if (bytes.byteAt(0) != VERSION) {
      throw new IOException(
          "a message of version " + bytes.byteAt(0) + "; this replica knows version " + VERSION);
    }
    return bytes.byteAt(1);
  }

  /* The number behind the head; it ends where the message, or its fixed part, must end. */
  private static long longOf(ByteString bytes, int end) throws IOException {
    if (end != HEAD_BYTES + Long.BYTES || bytes.size() < end) {
      throw new IOException("a message of " + bytes.size() + " bytes is cut or too long");
    }
    return bytes.substring(HEAD_BYTES, end).asReadOnlyByteBuffer().getLong();
  }

  private static ByteString headAndLong(byte kind, long value) {
    return wrap(head(kind, Long.BYTES).putLong(value).rewind());
  }

  private static ByteBuffer head(byte kind, int bodyBytes) {
    ByteBuffer buffer = ByteBuffer.allocate(HEAD_BYTES + bodyBytes).put(VERSION).put(kind);
    return bodyBytes == 0 ? buffer.rewind() : buffer;
  }

  private static ByteString wrap(ByteBuffer buffer) {
    return UnsafeByteOperations.unsafeWrap(buffer);
  }
}
