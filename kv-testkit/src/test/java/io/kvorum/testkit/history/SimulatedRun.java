// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static io.kvorum.testkit.history.Operation.NO_TIMESTAMP;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients that work on a {@link SimulatedStore}, their steps interleaved at random in simulated
 * time, and the history of it. The same seed gives the same history.
 */
final class SimulatedRun {

  static final List<String> KEYS = List.of("a1", "a2", "a3", "b1", "b2");

  private final Random random;
  private final Flaw flaw;
  private final SimulatedStore store;
  private final List<Deque<Runnable>> clients = new ArrayList<>();
  private final List<Runnable> late = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private long now = 1_000;
  private int values;

  private SimulatedRun(long seed, Flaw flaw, int clientCount) {
    this.random = new Random(seed);
    this.flaw = flaw;
    this.store = new SimulatedStore(flaw, random);
    for (int i = 0; i < clientCount; i++) {
      clients.add(new ArrayDeque<>());
    }
  }

  /**
   * @param calls how many calls the clients make
   * @param watched whether a watch over everything ran, which tells what unknown calls did
   */
  static History history(long seed, Flaw flaw, int clients, int calls, boolean watched) {
    SimulatedRun run = new SimulatedRun(seed, flaw, clients);
    int begun = 0;
    while (begun < calls || run.clients.stream().anyMatch(steps -> !steps.isEmpty())) {
      run.now += 1 + run.random.nextInt(3);
      int client = run.random.nextInt(clients);
      Deque<Runnable> steps = run.clients.get(client);
      if (!steps.isEmpty()) {
        steps.poll().run();
      } else if (begun < calls) {
        begun++;
        run.begin("c" + client, steps);
      }
      if (!run.late.isEmpty() && run.random.nextInt(8) == 0) {
        run.late.remove(run.random.nextInt(run.late.size())).run();
      }
    }
    run.now++;
    run.operations.add(run.scanOfAll());
    return new History(run.operations, watched ? List.of(run.watch()) : List.of());
  }

  private void begin(String client, Deque<Runnable> steps) {
    int kind = random.nextInt(10);
    if (kind < 3) {
      write(client, now, effects(), steps);
    } else if (kind < 7) {
      read(client, now, promise(), steps);
    } else {
      new Transaction(client, now).plan(steps);
    }
  }

  private void write(String client, long at, List<Effect> effects, Deque<Runnable> steps) {
    int fate = random.nextInt(20);
    if (fate < 16) {
      long[] ts = new long[1];
      steps.add(() -> ts[0] = store.commit(effects, now));
      steps.add(() -> end(client, Kind.WRITE, at, Outcome.OK, null, -1, ts[0], List.of(), effects));
    } else if (fate < 18) {
      if (flaw == Flaw.REFUSED_APPLIED) {
        steps.add(() -> store.commit(effects, now));
      }
      steps.add(
          () -> end(client, Kind.WRITE, at, Outcome.REFUSED, null, -1, -1, List.of(), effects));
    } else {
      if (random.nextBoolean()) {
        late.add(() -> store.commit(effects, now));
      }
      steps.add(
          () -> end(client, Kind.WRITE, at, Outcome.UNKNOWN, null, -1, -1, List.of(), effects));
    }
  }

  private ReadPromise promise() {
    return switch (random.nextInt(8)) {
      case 0 -> new ReadPromise.At(store.lastTs() - random.nextLong(store.lastTs() + 1) / 4);
      case 1 -> new ReadPromise.AtLeast(store.lastTs());
      case 2 -> new ReadPromise.Stale(50);
      default -> new ReadPromise.Linearizable();
    };
  }

  private void read(String client, long at, ReadPromise promise, Deque<Runnable> steps) {
    List<Observation> seen = new ArrayList<>();
    steps.add(() -> seen.add(observe(moment(promise, at))));
    steps.add(
        () -> end(client, Kind.READ, at, Outcome.OK, promise, -1, NO_TIMESTAMP, seen, List.of()));
  }

  private long moment(ReadPromise promise, long at) {
    if (promise instanceof ReadPromise.At snapshot) {
      return flaw == Flaw.MOVING_SNAPSHOT ? store.lastTs() : snapshot.timestamp();
    } else if (promise instanceof ReadPromise.AtLeast least) {
      return flaw == Flaw.BEHIND ? least.timestamp() / 2 : least.timestamp();
    } else if (promise instanceof ReadPromise.Stale stale) {
      return flaw == Flaw.TOO_STALE
          ? store.lastTsAt(at - 10 * stale.maxAgeNanos())
          : store.lastTsAt(at - stale.maxAgeNanos());
    }
    boolean stale = flaw == Flaw.STALE_READ && store.strikes();
    return stale ? store.lastTs() - Math.min(store.lastTs(), 30) : store.lastTs();
  }

  private Observation observe(long ts) {
    if (random.nextInt(3) > 0) {
      String key = KEYS.get(random.nextInt(KEYS.size()));
      return new Observation.Point(key, store.get(key, ts));
    }
    String start = random.nextBoolean() ? null : "a2";
    String end = random.nextBoolean() ? null : "b2";
    return store.scan(start, end, 1 + random.nextInt(4), random.nextBoolean(), ts);
  }

  private List<Effect> effects() {
    List<Effect> effects = new ArrayList<>();
    int count = 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      String key = KEYS.get(random.nextInt(KEYS.size()));
      int kind = random.nextInt(12);
      effects.add(
          kind == 0
              ? new Effect.DeletePrefix("a")
              : kind < 3 ? new Effect.Delete(key) : new Effect.Put(key, "v" + values++));
    }
    return effects;
  }

  private Operation scanOfAll() {
    Observation all = store.scan(null, null, 100, false, store.lastTs());
    return new Operation(
        "end",
        Kind.SCAN,
        now,
        now + 1,
        Outcome.OK,
        new ReadPromise.Linearizable(),
        -1,
        NO_TIMESTAMP,
        List.of(all),
        List.of());
  }

  private void end(
      String client,
      Kind kind,
      long at,
      Outcome outcome,
      @Nullable ReadPromise promise,
      long readTs,
      long commitTs,
      List<Observation> seen,
      List<Effect> effects) {
    operations.add(
        new Operation(
            client,
            kind,
            at,
            now,
            outcome,
            promise == null ? new ReadPromise.Linearizable() : promise,
            readTs,
            commitTs,
            seen,
            effects));
  }

  private WatchRun watch() {
    List<WatchRun.Event> events = new ArrayList<>();
    for (SimulatedStore.Logged commit : store.log()) {
      events.add(new WatchRun.Event(commit.at() + 1, commit.commitTs(), commit.effects()));
    }
    // A deletion may be left out or delivered where it deletes nothing; puts matter always.
    List<Integer> puts = new ArrayList<>();
    for (int i = 1; i < events.size() - 1; i++) {
      if (events.get(i).effects().get(0) instanceof Effect.Put
          && events.get(i).effects().size() == 1) {
        puts.add(i);
      }
    }
    int victim = puts.isEmpty() ? 0 : puts.get(random.nextInt(puts.size()));
    switch (flaw) {
      case WATCH_GAP -> events.remove(victim);
      case WATCH_REPEAT -> events.add(victim, events.get(victim));
      case WATCH_ORDER -> Collections.swap(events, victim, victim + 1);
      case WATCH_INVENTS ->
          events.set(
              victim,
              new WatchRun.Event(
                  now, events.get(victim).commitTs(), List.of(new Effect.Put("a1", "never"))));
      default -> {}
    }
    return new WatchRun("x", null, null, 0, store.lastTs(), events);
  }

  /** Reads at its start, writes at its end; refused when it conflicts. */
  private final class Transaction {
    private final String client;
    private final long at;
    private final List<Observation> seen = new ArrayList<>();
    private final List<Effect> effects = random.nextInt(4) == 0 ? List.of() : effects();
    private long startTs;

    Transaction(String client, long at) {
      this.client = client;
      this.at = at;
    }

    void plan(Deque<Runnable> steps) {
      steps.add(() -> startTs = store.lastTs());
      int reads = 1 + random.nextInt(3);
      for (int i = 0; i < reads; i++) {
        steps.add(() -> seen.add(observe(startTs)));
      }
      steps.add(() -> store.aboutToWrite(effects));
      steps.add(this::commit);
    }

    private void commit() {
      store.noLongerAboutToWrite(effects);
      if (effects.isEmpty()) {
        end(client, Kind.TRANSACTION, at, Outcome.OK, null, startTs, -1, seen, effects);
      } else if (!store.validates(startTs, seen, effects) || random.nextInt(10) == 0) {
        end(client, Kind.TRANSACTION, at, Outcome.REFUSED, null, startTs, -1, seen, effects);
      } else {
        long ts = store.commit(effects, now);
        boolean lost = random.nextInt(10) == 0;
        end(
            client,
            Kind.TRANSACTION,
            at,
            lost ? Outcome.UNKNOWN : Outcome.OK,
            null,
            startTs,
            lost ? -1 : ts,
            seen,
            effects);
      }
    }
  }
}
