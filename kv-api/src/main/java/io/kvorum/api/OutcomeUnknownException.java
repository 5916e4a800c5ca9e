// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The write was proposed, and neither its commit nor its loss was known when its deadline passed.
 * It may still commit, at most once. {@link ReplicatedKv#outcomeOf} tells what became of it.
 *
 * <p>Example: {@link KvException}.
 */
public final class OutcomeUnknownException extends KvException {

  private static final long serialVersionUID = 1L;

  private final @Nullable RequestId requestId;

  /** Of a write that has no name. */
  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.requestId = null;
  }

  public OutcomeUnknownException(String message, RequestId requestId, @Nullable Throwable cause) {
    super(message + " (request " + requestId + ")", cause);
    this.requestId = requestId;
  }

  /** The name of the write; present when a replica of this process threw this. */
  public Optional<RequestId> requestId() {
    return Optional.ofNullable(requestId);
  }
}
