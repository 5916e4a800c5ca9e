// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

/**
 * A replica's process did not start, did not answer in time, or answered with an error.
 *
 * <pre>{@code
 * try {
 *   return process.ask(question, Duration.ofSeconds(20));
 * } catch (ReplicaProcessException e) {
 *   return e.kind(); // UnavailableException, say; empty: it did not answer
 * }
 * }</pre>
 */
public final class ReplicaProcessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String kind;

  ReplicaProcessException(String message) {
    this("", message);
  }

  ReplicaProcessException(String kind, String message) {
    super(message);
    this.kind = kind;
  }

  /**
   * The simple name of the exception in the child; UnavailableException if the child had ended
   * before it was asked; empty if it did not answer.
   */
  public String kind() {
    return kind;
  }
}
