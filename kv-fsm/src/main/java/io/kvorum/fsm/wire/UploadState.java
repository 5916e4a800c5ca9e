// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kvorum.fsm.wire.WireProto.UploadRecordProto;

/**
 * What is kept of a value that is, or was, written in parts, besides its chunks.
 *
 * @param expireAt the time from which it is given up, if it makes no progress before; 0: it is
 *     finished
 * @param chunks how many there are
 * @param length bytes of all chunks
 * @param checksum of all chunks
 */
public record UploadState(long idleMillis, long expireAt, long chunks, long length, int checksum) {

  /** Whether it belongs to a version of a key. */
  public boolean isFinished() {
    return expireAt == 0;
  }

  /** The same, belonging to a version. */
  public UploadState finished() {
    return new UploadState(idleMillis, 0, chunks, length, checksum);
  }

  /** The bytes of a state. */
  public byte[] encode() {
    return UploadRecordProto.newBuilder()
        .setIdleMillis(idleMillis)
        .setExpireAt(expireAt)
        .setChunks(chunks)
        .setLength(length)
        .setChecksum(checksum)
        .build()
        .toByteArray();
  }

  /**
   * Decodes a state.
   *
   * @throws MalformedCommandException if the bytes are none
   */
  public static UploadState decode(byte[] bytes) {
    try {
      UploadRecordProto proto = UploadRecordProto.parseFrom(bytes);
      return new UploadState(
          proto.getIdleMillis(),
          proto.getExpireAt(),
          proto.getChunks(),
          proto.getLength(),
          proto.getChecksum());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedCommandException(
          "these " + bytes.length + " bytes are no upload: " + e.getMessage(), e);
    }
  }
}
