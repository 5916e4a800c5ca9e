// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.RequestOutcome;
import io.kvorum.api.WriteConflictException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The code of docs/guide/transactions.md. */
final class TransactionsGuide {

  private final ReplicatedKv kv;

  TransactionsGuide(ReplicatedKv kv) {
    this.kv = kv;
  }

  // guide: transfer
  /** Moves an amount between two accounts; false if the first one has too little. */
  boolean transfer(byte[] from, byte[] to, long amount) {
    return kv.transact(
        tx -> {
          long source = number(tx.get(from));
          if (source < amount) {
            return false; // nothing was written: this costs no log entry
          }
          tx.put(from, bytes(source - amount));
          tx.put(to, bytes(number(tx.get(to)) + amount));
          return true;
        });
  }

  // guide ends

  // guide: range
  /** Books a room unless one of its bookings exists already: a scanned range counts as read. */
  boolean book(byte[] room, byte[] guest, byte[] name) {
    return kv.transact(
        tx -> {
          if (!tx.scan(KeyRange.prefix(room), 1).isEmpty()) {
            return false;
          }
          tx.put(concat(room, guest), name);
          return true;
        });
  }

  // guide ends

  // guide: commit
  /** Adds one on this replica, and reads the sum on another that is at least as new. */
  long incrementAndReadAt(byte[] key, ReplicatedKv other) {
    AtomicReference<Commit> commit = new AtomicReference<>();
    kv.transact(
        tx -> {
          tx.put(key, bytes(number(tx.get(key)) + 1));
          tx.onCommit(commit::set);
          return null;
        });
    return number(other.get(key, ReadOptions.atLeast(commit.get().timestamp())));
  }

  // guide ends

  // guide: errors
  /** Whether it was committed. */
  boolean tryTransfer(byte[] from, byte[] to, long amount) {
    try {
      return transfer(from, to, amount);
    } catch (WriteConflictException e) {
      return false; // others were faster, again and again until the timeout
    } catch (InvalidArgumentException e) {
      throw new IllegalStateException("a limit was exceeded, see the message", e);
    } catch (OutcomeUnknownException e) {
      // The deadline passed with the answer under way. Asking settles it, for good.
      return kv.outcomeOf(e.requestId().orElseThrow()) instanceof RequestOutcome.Committed;
    }
  }

  // guide ends

  /** The sum of all accounts, from one state. */
  long sum(byte[] prefix) {
    long sum = 0;
    for (KeyValue account : kv.scan(KeyRange.prefix(prefix), 1_000)) {
      sum += number(account.value());
    }
    return sum;
  }

  static long number(byte @Nullable [] value) {
    return value == null ? 0 : Long.parseLong(new String(value, UTF_8));
  }

  static byte[] bytes(long number) {
    return Long.toString(number).getBytes(UTF_8);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
