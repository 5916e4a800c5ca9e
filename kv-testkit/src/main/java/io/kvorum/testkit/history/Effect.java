// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

/**
 * One change that a call made, if it happened.
 *
 * <p>Example: {@link RecordedCall}.
 */
public sealed interface Effect {

  /** Whether it may change this key. */
  boolean touches(String key);

  /** A value was written. */
  record Put(String key, String value) implements Effect {
    @Override
    public boolean touches(String other) {
      return key.equals(other);
    }
  }

  /** A key was deleted, whether or not it existed. */
  record Delete(String key) implements Effect {
    @Override
    public boolean touches(String other) {
      return key.equals(other);
    }
  }

  /** Every key with the prefix was deleted. */
  record DeletePrefix(String prefix) implements Effect {
    @Override
    public boolean touches(String other) {
      return other.startsWith(prefix);
    }
  }
}
