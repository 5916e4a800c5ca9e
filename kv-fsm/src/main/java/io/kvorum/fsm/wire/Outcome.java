// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import io.kvorum.api.ConflictKind;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** What became of one request: the same value on every replica. */
public sealed interface Outcome {

  /** It was carried out, at this commit timestamp. */
  record Committed(long commitTs) implements Outcome {}

  /** It was refused: the key has a version newer than the request allows. */
  record Conflict(ConflictKind kind, byte[] key) implements Outcome {

    @Override
    public boolean equals(Object o) {
      return o instanceof Conflict other && kind == other.kind && Arrays.equals(key, other.key);
    }

    @Override
    public int hashCode() {
      return Objects.hash(kind, Arrays.hashCode(key));
    }

    @Override
    public String toString() {
      return "Conflict[kind=" + kind + ", key=" + HexFormat.of().formatHex(key) + "]";
    }
  }

  /** It was refused: an argument is outside what is allowed; the text names it and the limit. */
  record Invalid(String why) implements Outcome {}
}
