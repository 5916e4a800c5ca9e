// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** What a replica answers another one. */
public sealed interface PeerAnswer {

  /** The command was applied, with this reply of the state machine. */
  record Applied(ByteString reply) implements PeerAnswer {}

  /**
   * The term of the answering replica.
   *
   * @param promiseMillis how long from now on it will support no other leader than the asker
   */
  record Term(long term, long promiseMillis) implements PeerAnswer {}

  /** A read may be served once this log index is applied. */
  record Index(long index) implements PeerAnswer {}

  /** It was not done, or it is not known. */
  record Refused(Refusal refusal, String why) implements PeerAnswer {}

  /** It was done. */
  record Done() implements PeerAnswer {}
}
