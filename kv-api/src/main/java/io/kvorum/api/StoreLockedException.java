// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * The directory is open already, in this process or another one.
 *
 * <pre>{@code
 * try (KvNode node = builder.start()) {
 *   return node.id() + " runs";
 * } catch (StoreLockedException e) {
 *   return "stop the other one first: " + e.getMessage();
 * } catch (AddressInUseException e) {
 *   return "give it another address: " + e.getMessage();
 * } catch (StoreCorruptException e) {
 *   return "move the directory away, the other replicas have it: " + e.getMessage();
 * }
 * }</pre>
 */
public final class StoreLockedException extends KvException {

  private static final long serialVersionUID = 1L;

  public StoreLockedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
