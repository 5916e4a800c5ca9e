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

  /**
   * What is your term, and for how long do you support me? Answered with {@link PeerAnswer.Term}.
   *
   * @param asker who asks, as the leader
   */
  record TermProbe(String asker) implements PeerRequest {}

  /**
   * Up to where must a read that begins now have applied the log? Answered with {@link
   * PeerAnswer.Index} or {@link PeerAnswer.Refused}.
   *
   * @param asker who asks, so that it is told at once what is committed
   * @param timeoutMillis how long the asker will wait
   * @param byLease whether the leader's lease is enough of a confirmation
   */
  record ReadIndex(String asker, long timeoutMillis, boolean byLease) implements PeerRequest {}

  /**
   * You lead: hand leadership over to this replica. Answered with {@link PeerAnswer.Done} or {@link
   * PeerAnswer.Refused}.
   *
   * @param timeoutMillis how long the asker will wait
   */
  record Transfer(String to, long timeoutMillis) implements PeerRequest {}
}
