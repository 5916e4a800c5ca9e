// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * The call was not carried out: no leader was found, or no majority of replicas answered, before
 * its deadline; or this replica is closed. A write that ends with this has changed nothing and
 * never will.
 *
 * <p>Example: {@link KvException}.
 */
public final class UnavailableException extends KvException {

  private static final long serialVersionUID = 1L;

  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
