// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * The root of what Kvorum refuses or fails with, except for {@link InvalidArgumentException}.
 *
 * <pre>{@code
 * try {
 *   return "committed at " + kv.put(key, value).timestamp();
 * } catch (OverloadedException e) { // too much is in flight; nothing was written
 *   return "wait " + e.retryAfter();
 * } catch (DiskFullException e) { // somebody must free space; nothing was written
 *   return "wait " + e.retryAfter();
 * } catch (UnavailableException e) { // no leader, or no majority; nothing was written
 *   return "again, here or elsewhere";
 * } catch (WriteConflictException | KeyLockedException e) { // nothing was written
 *   return "others were faster";
 * } catch (OutcomeUnknownException e) { // it may be committed: asking settles it
 *   RequestOutcome outcome = kv.outcomeOf(e.requestId().orElseThrow());
 *   return outcome instanceof RequestOutcome.Committed done
 *       ? "committed at " + done.commit().timestamp() + ", as it turns out"
 *       : "again";
 * } catch (InvalidArgumentException | StoreFailedException e) { // a limit; a broken replica
 *   return "never: " + e.getMessage();
 * }
 * }</pre>
 */
public class KvException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public KvException(String message) {
    super(message);
  }

  public KvException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
