// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyLockedException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.UnavailableException;
import io.kvorum.api.WriteConflictException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client whose calls are recorded: calls of {@link ReplicatedKv} that {@link BasicKv} has, with
 * the same results and exceptions. Each call may go to another replica.
 *
 * <p>Example: {@link HistoryChecker}.
 */
public final class RecordingKv {

  private final HistoryRecorder recorder;
  private final String client;
  private final Supplier<? extends BasicKv> replica;

  /**
   * @param client its name; a client makes one call at a time, so give each thread its own
   * @param replica gives the replica for the next call
   */
  public RecordingKv(HistoryRecorder recorder, String client, Supplier<? extends BasicKv> replica) {
    this.recorder = recorder;
    this.client = client;
    this.replica = replica;
  }

  /** See {@link ReplicatedKv#put}. */
  public Commit put(byte[] key, byte[] value) {
    return commit(
        List.of(new Effect.Put(Latin.text(key), Latin.text(value))),
        kv -> kv.write(List.of(Mutation.put(key, value))));
  }

  /** See {@link ReplicatedKv#delete}. */
  public Commit delete(byte[] key) {
    return commit(
        List.of(new Effect.Delete(Latin.text(key))), kv -> kv.write(List.of(Mutation.delete(key))));
  }

  /** See {@link ReplicatedKv#deletePrefix}. */
  public Commit deletePrefix(byte[] prefix) {
    return commit(
        List.of(new Effect.DeletePrefix(Latin.text(prefix))), kv -> kv.deletePrefix(prefix));
  }

  /**
   * See {@link ReplicatedKv#write}.
   *
   * @throws IllegalArgumentException if a value expires: a history does not model that
   */
  public Commit write(List<Mutation> mutations) {
    return commit(mutations.stream().map(RecordingKv::effect).toList(), kv -> kv.write(mutations));
  }

  /** See {@link ReplicatedKv#get(byte[])}. */
  public byte @Nullable [] get(byte[] key) {
    return get(key, ReadOptions.linearizable());
  }

  /** See {@link ReplicatedKv#get(byte[], ReadOptions)}. */
  public byte @Nullable [] get(byte[] key, ReadOptions options) {
    RecordedCall call = recorder.begin(client, Kind.READ, ReadPromise.of(options));
    try {
      byte[] value = replica.get().get(key, options);
      call.saw(point(key, value)).ok();
      return value;
    } catch (RuntimeException e) {
      call.refused(); // a read that failed has no effect and tells nothing
      throw e;
    }
  }

  /** See {@link ReplicatedKv#scan(KeyRange, int)}. */
  public List<KeyValue> scan(KeyRange range, int limit) {
    return scan(range, limit, ReadOptions.linearizable());
  }

  /** See {@link ReplicatedKv#scan(KeyRange, int, ReadOptions)}. */
  public List<KeyValue> scan(KeyRange range, int limit, ReadOptions options) {
    RecordedCall call = recorder.begin(client, Kind.SCAN, ReadPromise.of(options));
    try {
      List<KeyValue> found = replica.get().scan(range, limit, options);
      call.saw(range(range, limit, found)).ok();
      return found;
    } catch (RuntimeException e) {
      call.refused();
      throw e;
    }
  }

  /**
   * See {@link ReplicatedKv#transact}.
   *
   * @throws IllegalArgumentException if a value expires: a history does not model that
   */
  public ScriptedTransaction.Run transact(ScriptedTransaction transaction) {
    BasicKv kv = replica.get();
    List<Effect> effects = transaction.writes().stream().map(RecordingKv::effect).toList();
    RecordedCall call = recorder.begin(client, Kind.TRANSACTION);
    effects.forEach(call::changes);
    ScriptedTransaction.Run run = attempt(call, () -> kv.transact(transaction));
    call.readsAt(run.readTs());
    for (int i = 0; i < transaction.reads().size(); i++) {
      call.saw(point(transaction.reads().get(i), run.values().get(i)));
    }
    for (int i = 0; i < transaction.scans().size(); i++) {
      ScriptedTransaction.Scan scan = transaction.scans().get(i);
      call.saw(range(scan.range(), scan.limit(), run.scans().get(i)));
    }
    if (run.commit() == null) {
      call.ok();
    } else {
      call.ok(run.commit().timestamp());
    }
    return run;
  }

  private Commit commit(List<Effect> effects, Function<BasicKv, Commit> write) {
    BasicKv kv = replica.get();
    RecordedCall call = recorder.begin(client, Kind.WRITE);
    effects.forEach(call::changes);
    Commit commit = attempt(call, () -> write.apply(kv));
    call.ok(commit.timestamp());
    return commit;
  }

  /* Ends the call when the attempt fails. */
  private static <T> T attempt(RecordedCall call, Supplier<T> attempt) {
    try {
      return attempt.get();
    } catch (UnavailableException
        | OverloadedException
        | InvalidArgumentException
        | WriteConflictException
        | KeyLockedException e) {
      call.refused(); // these promise that nothing was committed
      throw e;
    } catch (RuntimeException e) {
      call.unknown();
      throw e;
    }
  }

  private static Observation point(byte[] key, byte @Nullable [] value) {
    return new Observation.Point(Latin.text(key), Latin.textOrNull(value));
  }

  private static Observation range(KeyRange range, int limit, List<KeyValue> found) {
    List<Observation.Entry> entries =
        found.stream()
            .map(kv -> new Observation.Entry(Latin.text(kv.key()), Latin.text(kv.value())))
            .toList();
    return new Observation.Range(
        Latin.textOrNull(range.start()), Latin.textOrNull(range.end()), limit, false, entries);
  }

  private static Effect effect(Mutation mutation) {
    if (mutation instanceof Mutation.Put put) {
      if (put.expireAt() != 0) {
        throw new IllegalArgumentException("a history does not model expiry: " + mutation);
      }
      return new Effect.Put(Latin.text(put.key()), Latin.text(put.value()));
    }
    return new Effect.Delete(Latin.text(mutation.key()));
  }
}
