// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Byte strings of Ratis, which carries a protobuf library of its own. */
final class RatisBytes {

  private RatisBytes() {}

  /** Wraps an array that nobody changes afterwards. */
  static ByteString wrap(byte[] owned) {
    return UnsafeByteOperations.unsafeWrap(owned);
  }
}
