// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import io.kvorum.api.Mutation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a command asks for. The arrays are not copied here: who builds a request must not
 * change them before it is encoded.
 */
public sealed interface Request {

  /**
   * Write all mutations at one commit timestamp, without a conflict check.
   *
   * @param mutations at least one; the last mutation of a key wins
   */
  record Write(List<Mutation> mutations) implements Request {
    public Write {
      mutations = List.copyOf(mutations);
    }
  }

  /**
   * Delete every live key that has the prefix and does not have the excluded one.
   *
   * @param prefix empty for every key
   */
  record DeletePrefix(byte[] prefix, byte @Nullable [] excludePrefix) implements Request {}
}
