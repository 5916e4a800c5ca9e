// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.replica;

/** A replica's process did not start, did not answer in time, or answered with an error. */
public final class ReplicaProcessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ReplicaProcessException(String message) {
    super(message);
  }
}
