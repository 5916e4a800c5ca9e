// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** What one replica asks another one. */
public sealed interface PeerRequest {

  /**
   * Propose this command, which you alone must do: it is not passed on. Answered with {@link
   * PeerAnswer.Applied} or {@link PeerAnswer.Refused}.
   *
   * @param timeoutMillis how long the asker will wait
   */
  record Submit(ByteString command, long timeoutMillis) implements PeerRequest {}

  /** What is your term? Answered with {@link PeerAnswer.Term}. */
  record TermProbe() implements PeerRequest {}

  /**
   * Up to where must a read that begins now have applied the log? Answered with {@link
   * PeerAnswer.Index} or {@link PeerAnswer.Refused}.
   *
   * @param asker who asks, so that it is told at once what is committed
   * @param timeoutMillis how long the asker will wait
   */
  record ReadIndex(String asker, long timeoutMillis) implements PeerRequest {}

  /**
   * You lead: hand leadership over to this replica. Answered with {@link PeerAnswer.Done} or {@link
   * PeerAnswer.Refused}.
   *
   * @param timeoutMillis how long the asker will wait
   */
  record Transfer(String to, long timeoutMillis) implements PeerRequest {}
}
