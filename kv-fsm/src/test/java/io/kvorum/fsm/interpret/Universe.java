// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.Transaction;
import io.kvorum.fsm.wire.TransactionId;
import io.kvorum.store.memory.InMemoryMvccStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes commands from a seed, over few keys, transactions and sessions, so that they meet. */
public final class Universe {

  private static final byte[] ALPHABET = {0x00, 0x61, (byte) 0xFF};

  /** Every key of one or two bytes, in no order. */
  static final List<byte[]> ALL = all();

  private static final long[] STEPS = {0, 1, 1L << 16, 700L << 16, 90_000L << 16, 700_000L << 16};

  private final Random random;
  private final @Nullable UploadUniverse uploads;
  private final List<Long> sessions = new ArrayList<>(List.of(-7L));
  private long time = 1L << 40;
  private long sequence = 1;

  private Universe(long seed, boolean withUploads) {
    this.random = new Random(seed);
    this.uploads = withUploads ? new UploadUniverse(seed) : null;
  }

  private static List<byte[]> all() {
    List<byte[]> keys = new ArrayList<>();
    for (byte first : ALPHABET) {
      keys.add(new byte[] {first});
      for (byte second : ALPHABET) {
        keys.add(new byte[] {first, second});
      }
    }
    return List.copyOf(keys);
  }

  static Universe of(long seed) {
    return new Universe(seed, true);
  }

  /** One without values in parts: what a seed makes stays as it was before there were any. */
  static Universe withoutUploads(long seed) {
    return new Universe(seed, false);
  }

  /** Commands that were made while a store carried them out, so that they fit each other. */
  public static List<Command> commands(long seed, int count) {
    Universe universe = Universe.of(seed);
    List<Command> commands = new ArrayList<>();
    try (CheckpointableStore store = InMemoryMvccStore.create(StoreOptions.defaults());
        RaftBatch batch = store.openRaftBatch()) {
      Interpreter interpreter = new Interpreter(batch);
      for (int i = 0; i < count; i++) {
        Command command = universe.next(batch.lastCommitTs());
        commands.add(command);
        universe.learn(command, interpreter.interpret(new LogPosition(1, i), command));
      }
    }
    return commands;
  }

  /** Uses the sessions that were opened. */
  void learn(Command command, List<Outcome> outcomes) {
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Outcome.Committed committed
          && command.requests().get(i) instanceof Request.OpenSession) {
        opened(committed.commitTs());
      }
      if (uploads != null) {
        uploads.learn(command.requests().get(i), outcomes.get(i));
      }
    }
  }

  private void opened(long session) {
    sessions.add(session);
  }

  Command next(long lastCommitTs) {
    int step = random.nextInt(40);
    time += step < 2 ? STEPS[4 + step] : STEPS[step % 4];
    long hint = random.nextInt(5) == 0 ? random.nextInt(100) : time;
    List<Request> requests = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Request request =
          uploads != null && uploads.hasTurn() ? uploads.request(ALL, time) : request(lastCommitTs);
      requests.add(random.nextInt(3) == 0 && !aboutASession(request) ? once(request) : request);
    }
    return new Command(hint, requests);
  }

  private static boolean aboutASession(Request request) {
    return request instanceof Request.OpenSession
        || request instanceof Request.KeepAlive
        || request instanceof Request.CloseSession;
  }

  private Request once(Request request) {
    int kind = random.nextInt(30);
    sequence += kind == 0 ? 8_300 : random.nextInt(3);
    long used = kind < 6 ? Math.max(1, sequence - random.nextInt(12)) : sequence;
    long acknowledged = random.nextInt(3) == 0 ? Math.max(0, used - random.nextInt(12)) : 0;
    Request body = random.nextInt(8) == 0 ? new Request.Fence() : request;
    return new Request.Once(session(), used, acknowledged, body);
  }

  private Request request(long last) {
    return switch (random.nextInt(30)) {
      case 0, 1, 2, 3, 4 -> new Request.Write(mutations(1));
      case 5, 6 -> new Request.DeletePrefix(prefix(), random.nextBoolean() ? null : prefix());
      case 7, 8, 9, 10, 11 -> new Request.OnePhase(transaction(last));
      case 12, 13, 14, 15, 16, 17 ->
          new Request.Prepare(id(), transaction(last), random.nextInt(4) * 40_000L);
      case 18, 19, 20, 21 -> new Request.Commit(id());
      case 22, 23 -> new Request.Abort(id());
      case 24 -> new Request.OpenSession(1_000 + random.nextInt(100_000));
      case 25 -> new Request.KeepAlive(session());
      case 26 ->
          random.nextInt(3) == 0
              ? new Request.CloseSession(session())
              : new Request.KeepAlive(session());
      case 27 -> new Request.Watermark(Math.max(0, last - random.nextInt(3)));
      default -> new Request.Clock(random.nextBoolean() ? 0 : last + random.nextInt(5));
    };
  }

  private Transaction transaction(long last) {
    List<byte[]> reads = new ArrayList<>();
    List<KeyRange> ranges = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      reads.add(key());
    }
    for (int i = random.nextInt(3) - 1; i > 0; i--) {
      ranges.add(
          random.nextBoolean()
              ? KeyRange.prefix(key())
              : new KeyRange(random.nextBoolean() ? null : key(), key()));
    }
    long startTs = Math.max(0, last - (random.nextInt(4) == 0 ? random.nextInt(9) : 0));
    return new Transaction(startTs, mutations(0), reads, ranges);
  }

  private List<Mutation> mutations(int atLeast) {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = atLeast + random.nextInt(2); i > 0; i--) {
      long expireAt = random.nextInt(4) == 0 ? time + ((long) random.nextInt(100_000) << 16) : 0;
      mutations.add(
          random.nextInt(4) == 0
              ? Mutation.delete(key())
              : Mutation.put(key(), new byte[] {(byte) random.nextInt()}, expireAt));
    }
    return mutations;
  }

  private byte[] key() {
    return ALL.get(random.nextInt(ALL.size()));
  }

  private byte[] prefix() {
    return random.nextInt(6) == 0 ? new byte[0] : key();
  }

  private TransactionId id() {
    return new TransactionId(0, random.nextInt(5));
  }

  private long session() {
    return sessions.get(sessions.size() - 1 - Math.min(sessions.size() - 1, random.nextInt(3)));
  }
}
