// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * The node cannot listen on its address: something else does, or it is no address of this host.
 *
 * <p>Example: {@link StoreLockedException}.
 */
public final class AddressInUseException extends KvException {

  private static final long serialVersionUID = 1L;

  public AddressInUseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
