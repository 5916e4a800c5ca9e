// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * The call was not carried out: no leader was found, or no majority of replicas answered, before
 * its deadline. A write that ends with this was never proposed.
 */
public final class UnavailableException extends KvException {

  private static final long serialVersionUID = 1L;

  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
