// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.KvException;
import io.kvorum.fsm.wire.Reply;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A write on its way. */
public interface PendingWrite {

  /** Its first outcome and the position of the entry that carried it, see {@link Submitter}. */
  CompletableFuture<Reply> reply();

  /**
   * Ends the call before its deadline, because nobody waits for it any more.
   *
   * @return what its caller is to be told
   */
  KvException giveUp(String why, @Nullable Throwable cause);
}
