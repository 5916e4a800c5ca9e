// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsm;

import io.kvorum.api.Mutation;
import io.kvorum.bench.driver.KeySpace;
import io.kvorum.fsm.wire.CommandPart;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The writes of one session, as a node makes them. */
final class Writes {

  static final int GROUP = 64;

  /** How many keys are written over and over: those that are fresh first. */
  static final int KEYS = 100_000;

  private static final int KEYS_OF_A_TRANSACTION = 3;

  private final SplittableRandom random = new SplittableRandom(1);
  private final long session;
  private long sequence;
  private long fresh;

  Writes(long session) {
    this.session = session;
  }

  /** Puts of keys that are there once {@link #KEYS} fresh ones were put, or were never. */
  List<Request> puts(boolean fresh) {
    List<Request> group = new ArrayList<>(GROUP);
    for (int i = 0; i < GROUP; i++) {
      group.add(once(new Request.Write(List.of(put(fresh ? this.fresh++ : existing())))));
    }
    return group;
  }

  /** Transactions that have read three keys at a timestamp and write them. */
  List<Request> transactions(long readTs) {
    List<Request> group = new ArrayList<>(GROUP);
    for (int i = 0; i < GROUP; i++) {
      List<Mutation> mutations = new ArrayList<>(KEYS_OF_A_TRANSACTION);
      for (int j = 0; j < KEYS_OF_A_TRANSACTION; j++) {
        mutations.add(put(existing()));
      }
      List<byte[]> keys = mutations.stream().map(Mutation::key).toList();
      group.add(once(new Request.OnePhase(new Transaction(readTs, mutations, keys, List.of()))));
    }
    return group;
  }

  /** What a node keeps of a write until it is proposed. */
  static CommandPart encode(Request request) {
    Request.Once once = (Request.Once) request;
    return CommandPart.once(
        Commands.request(once.request()),
        once.session(),
        once.sequence(),
        once.acknowledgedBelow());
  }

  private Request once(Request request) {
    sequence++;
    return new Request.Once(session, sequence, Math.max(0, sequence - 2 * GROUP), request);
  }

  private long existing() {
    return random.nextInt(KEYS);
  }

  private Mutation put(long number) {
    byte[] value = new byte[KeySpace.VALUE_BYTES];
    random.nextBytes(value);
    return new Mutation.Put(KeySpace.key(number), value, 0);
  }
}
