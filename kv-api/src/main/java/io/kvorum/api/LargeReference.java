// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * What a store holds of a large value in place of its bytes, which stand in state records: the
 * state machine knows where. A user's value is never taken for one, whatever its bytes.
 *
 * <p>Example: {@link RaftBatch}.
 *
 * @param length of the value, in bytes, 1 or more
 * @param id the state machine's name of it, 0 or more
 */
public record LargeReference(long length, long id) {

  public LargeReference {
    if (length < 1 || id < 0) {
      throw new InvalidArgumentException(
          "a large value has length "
              + length
              + " and id "
              + id
              + ", allowed are lengths from 1 and ids from 0");
    }
  }
}
