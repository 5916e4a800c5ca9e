// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.KeyValue;
import io.kvorum.api.ReplicatedKv;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Assertions in a few words, without a test framework. */
final class Expect {

  private Expect() {}

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  static List<String> texts(List<KeyValue> entries) {
    return entries.stream().map(e -> text(e.key()) + "=" + text(e.value())).toList();
  }

  static void that(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  static void equal(@Nullable Object expected, @Nullable Object found, String what) {
    that(Objects.equals(expected, found), what + ": expected " + expected + ", found " + found);
  }

  static void value(@Nullable String expected, ReplicatedKv kv, String key) {
    equal(expected, text(kv.get(bytes(key))), key);
  }

  /** The call, or the future it returns, fails with this very type. */
  static void refused(Class<? extends RuntimeException> type, String what, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
      that(type.isInstance(cause), what + ": expected " + type.getSimpleName() + ", was " + cause);
      return;
    }
    throw new AssertionError(what + ": expected " + type.getSimpleName() + ", nothing was thrown");
  }
}
