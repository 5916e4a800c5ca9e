// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import io.kvorum.api.CancelledException;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeValueException;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.WriteConflictException;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One step of a run.
 *
 * @param name what a failing run prints
 * @param run acts on a subject and returns the text of what came of it
 */
record Action(String name, Function<Subject, String> run) {

  /** "ok", or the refusal; what is no refusal is passed on. */
  static String outcome(Runnable body) {
    try {
      body.run();
      return "ok";
    } catch (WriteConflictException e) {
      return "conflict " + e.kind() + " " + HexFormat.of().formatHex(e.key());
    } catch (ReadTimestampCompactedException e) {
      return "compacted, oldest " + e.oldestReadable();
    } catch (LargeValueException e) {
      return "large of " + e.length();
    } catch (CancelledException e) {
      return "cancelled";
    } catch (InvalidArgumentException e) {
      return "invalid";
    }
  }

  /** The answer of a read, or its refusal. */
  static String answer(Supplier<String> read) {
    String[] answer = new String[1];
    String outcome = outcome(() -> answer[0] = read.get());
    return outcome + " " + answer[0];
  }

  static String text(KeyValue keyValue) {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(keyValue.key())
        + "="
        + (keyValue.isLarge()
            ? "large of " + keyValue.valueLength()
            : hex.formatHex(keyValue.value()));
  }

  @Override
  public String toString() {
    return name;
  }
}
