// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import io.kvorum.api.CancelledException;
import io.kvorum.api.ConflictClass;
import io.kvorum.api.ConflictKind;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LargeValueException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.WriteConflictException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The contract in nested maps, as plainly as it can be said: no speed, no disk, no threads. */
final class ModelSubject implements Subject {

  /** What one version holds; a null value is a tombstone, that of a large version is empty. */
  private record Cell(byte @Nullable [] value, long expireAt, @Nullable LargeReference large) {

    Cell(byte @Nullable [] value, long expireAt) {
      this(value, expireAt, null);
    }
  }

  private TreeMap<byte[], TreeMap<Long, Cell>> keys = new TreeMap<>(Arrays::compareUnsigned);
  private TreeMap<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);
  private long last;
  private long watermark;
  private LogPosition applied = LogPosition.NONE;
  private final Map<ConflictClass, Long> conflicts = new HashMap<>();
  private @Nullable Iterator<String> cursor;
  private @Nullable ModelSubject taken;

  @Override
  public void put(byte[] key, byte[] value, long commitTs, long expireAt) {
    checkWrite(key, commitTs);
    set(key, commitTs, new Cell(value, expireAt));
  }

  @Override
  public void delete(byte[] key, long commitTs) {
    checkWrite(key, commitTs);
    set(key, commitTs, new Cell(null, 0));
  }

  @Override
  public boolean expire(byte[] key, long expireAt, long commitTs) {
    checkWrite(key, commitTs);
    byte[] value = loaded(key, commitTs);
    if (value != null) {
      set(key, commitTs, new Cell(value, expireAt));
    }
    return value != null;
  }

  @Override
  public void apply(@Nullable LogPosition position, Changes changes) {
    long commitTs = changes.commitTs();
    if (commitTs < changes.startTs()) {
      throw new InvalidArgumentException("commit before start");
    }
    changes.mutations().forEach(mutation -> checkWrite(mutation.key(), commitTs));
    checkWrite(new byte[1], commitTs);
    checkPosition(position);
    for (Mutation mutation : changes.mutations()) {
      checkConflict(ConflictKind.WRITE, mutation.key(), changes.startTs());
    }
    for (byte[] key : changes.reads()) {
      checkConflict(ConflictKind.READ, key, changes.startTs());
    }
    for (Mutation mutation : changes.mutations()) {
      set(
          mutation.key(),
          commitTs,
          mutation instanceof Mutation.Put put
              ? new Cell(put.value(), put.expireAt())
              : new Cell(null, 0));
    }
    applied = position == null ? applied : position;
  }

  @Override
  public void deletePrefix(
      @Nullable LogPosition position, byte[] prefix, byte @Nullable [] exclude, long commitTs) {
    checkWrite(new byte[1], commitTs);
    checkPosition(position);
    for (byte[] key : new ArrayList<>(keys.keySet())) {
      boolean meant = startsWith(key, prefix) && (exclude == null || !startsWith(key, exclude));
      if (meant && visible(key, commitTs) != null) {
        set(key, commitTs, new Cell(null, 0));
      }
    }
    last = Math.max(last, commitTs);
    applied = position == null ? applied : position;
  }

  @Override
  public List<String> batch(List<Step> steps, @Nullable LogPosition commit) {
    ModelSubject before = copy();
    List<String> outcomes = new ArrayList<>();
    for (Step step : steps) {
      outcomes.add(step(step) + " last " + last);
    }
    String ended = commit == null ? "discarded" : Action.outcome(() -> checkPosition(commit));
    outcomes.add(ended);
    if (commit != null && ended.equals("ok")) {
      applied = commit;
    } else {
      keys = before.keys;
      last = before.last;
      records = before.records;
      watermark = before.watermark;
    }
    return outcomes;
  }

  private String step(Step step) {
    if (step instanceof Changes changes) {
      return Action.outcome(() -> apply(null, changes));
    }
    if (step instanceof Prefix delete) {
      return Action.outcome(
          () -> deletePrefix(null, delete.prefix(), delete.exclude(), delete.commitTs()));
    }
    if (step instanceof Look look) {
      return Action.answer(() -> Arrays.toString(get(look.key(), look.ts())))
          + Action.answer(() -> String.valueOf(largeAt(look.key(), look.ts())))
          + latest(look.key());
    }
    if (step instanceof Check check) {
      ModelSubject scratch = copy();
      String outcome = Action.outcome(() -> scratch.apply(null, check.changes()));
      conflicts.putAll(scratch.conflicts);
      return outcome;
    }
    if (step instanceof Changed changed) {
      return Action.answer(() -> Arrays.toString(firstChanged(changed)));
    }
    if (step instanceof PutLarge put) {
      return Action.outcome(
          () -> {
            checkWrite(put.key(), put.commitTs());
            set(put.key(), put.commitTs(), new Cell(new byte[0], put.expireAt(), put.large()));
          });
    }
    if (step instanceof Advance advance) {
      last = Math.max(last, advance.ts());
      return "ok";
    }
    if (step instanceof Watermark raise) {
      setWatermark(raise.ts());
      return "ok" + watermark;
    }
    if (step instanceof RecordWrite record) {
      return Action.outcome(() -> setRecord(record.key(), record.value()));
    }
    if (step instanceof RecordsDelete delete) {
      records.keySet().removeIf(delete.range()::contains);
      return "ok";
    }
    RecordRead look = (RecordRead) step;
    return Action.answer(() -> Arrays.toString(record(look.key())))
        + records(look.range(), look.limit());
  }

  private byte @Nullable [] firstChanged(Changed changed) {
    checkReadable(changed.ts());
    int visible = 0;
    for (Map.Entry<byte[], TreeMap<Long, Cell>> entry : keys.entrySet()) {
      if (!changed.range().contains(entry.getKey())) {
        continue;
      }
      if (entry.getValue().lastKey() > changed.ts()) {
        return entry.getKey();
      }
      visible += live(entry.getValue().lastEntry().getValue(), changed.ts()) ? 1 : 0;
      if (visible > changed.maxKeys()) {
        throw new InvalidArgumentException("too many keys");
      }
    }
    return null;
  }

  private void setRecord(byte[] key, byte @Nullable [] value) {
    if (key.length == 0) {
      throw new InvalidArgumentException("empty record key");
    }
    if (value == null) {
      records.remove(key);
    } else {
      records.put(key, value);
    }
  }

  @Override
  public byte @Nullable [] record(byte[] key) {
    return records.get(key);
  }

  @Override
  public List<String> records(KeyRange range, int limit) {
    return records.entrySet().stream()
        .filter(entry -> range.contains(entry.getKey()))
        .limit(Math.max(0, limit))
        .map(entry -> Action.text(new KeyValue(entry.getKey(), entry.getValue())))
        .toList();
  }

  @Override
  public void setWatermark(long ts) {
    watermark = Math.max(watermark, ts);
  }

  @Override
  public void compact(long ts) {
    if (ts < watermark) {
      return;
    }
    watermark = ts;
    for (TreeMap<Long, Cell> versions : keys.values()) {
      Map.Entry<Long, Cell> newest = versions.floorEntry(ts);
      if (newest != null) {
        versions.headMap(newest.getKey()).clear();
        if (!live(newest.getValue(), ts)) {
          versions.remove(newest.getKey());
        }
      }
    }
    keys.values().removeIf(TreeMap::isEmpty);
  }

  @Override
  public void compactCancelled(long ts) {
    if (ts >= watermark) {
      watermark = ts;
      throw new CancelledException("at the first chance");
    }
  }

  @Override
  public void openCursor(KeyRange range, long ts, boolean reverse) {
    cursor = null;
    checkReadable(ts);
    List<String> found = new ArrayList<>();
    for (byte[] key : reverse ? keys.descendingKeySet() : keys.keySet()) {
      byte[] value = visible(key, ts);
      if (value != null && range.contains(key)) {
        Long commitTs = keys.get(key).floorKey(ts);
        found.add(Action.text(entry(key, value, ts)) + "@" + commitTs);
      }
    }
    cursor = found.iterator();
  }

  @Override
  public String stepCursor(int steps) {
    if (cursor == null) {
      return "none";
    }
    List<String> found = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      found.add(cursor.hasNext() ? cursor.next() : "end");
    }
    return found.toString();
  }

  @Override
  public void takeSnapshot() {
    taken = copy();
  }

  @Override
  public boolean restoreTakenSnapshot() {
    ModelSubject then = taken;
    if (then == null) {
      return false;
    }
    keys = then.keys;
    records = then.records;
    last = then.last;
    watermark = then.watermark;
    applied = then.applied;
    closeHandles();
    return true;
  }

  /** What a replaced content does to open cursors and snapshots. */
  private void closeHandles() {
    cursor = null;
    taken = null;
  }

  @Override
  public void reopen() {
    closeHandles();
  }

  @Override
  public void rewriteFiles(boolean merge) {}

  @Override
  public void installOwnCheckpoint() {
    closeHandles();
  }

  @Override
  public void restoreOwnSnapshot(boolean throughOtherKind) {
    closeHandles();
  }

  @Override
  public byte @Nullable [] get(byte[] key, long ts) {
    checkReadable(ts);
    return loaded(key, ts);
  }

  @Override
  public @Nullable LargeReference largeAt(byte[] key, long ts) {
    checkReadable(ts);
    return large(key, ts);
  }

  private byte @Nullable [] loaded(byte[] key, long ts) {
    LargeReference large = large(key, ts);
    if (large != null) {
      throw new LargeValueException(key, large.length());
    }
    return visible(key, ts);
  }

  private @Nullable LargeReference large(byte[] key, long ts) {
    return visible(key, ts) == null ? null : keys.get(key).floorEntry(ts).getValue().large();
  }

  private KeyValue entry(byte[] key, byte[] value, long ts) {
    LargeReference large = large(key, ts);
    return large == null ? new KeyValue(key, value) : KeyValue.large(key, large.length());
  }

  @Override
  public List<String> scan(KeyRange range, int limit, long ts, boolean reverse) {
    checkReadable(ts);
    List<String> found = new ArrayList<>();
    for (byte[] key : reverse ? keys.descendingKeySet() : keys.keySet()) {
      byte[] value = visible(key, ts);
      if (value != null && range.contains(key) && found.size() < limit) {
        found.add(Action.text(entry(key, value, ts)));
      }
    }
    return found;
  }

  @Override
  public OptionalLong latest(byte[] key) {
    TreeMap<Long, Cell> versions = keys.get(key);
    return versions == null ? OptionalLong.empty() : OptionalLong.of(versions.lastKey());
  }

  @Override
  public long lastCommitTs() {
    return last;
  }

  @Override
  public long watermark() {
    return watermark;
  }

  @Override
  public LogPosition applied() {
    return applied;
  }

  @Override
  public Map<ConflictClass, Long> conflicts() {
    return conflicts;
  }

  @Override
  public void close() {}

  private byte @Nullable [] visible(byte[] key, long ts) {
    TreeMap<Long, Cell> versions = keys.get(key);
    Map.Entry<Long, Cell> newest = versions == null ? null : versions.floorEntry(ts);
    return newest != null && live(newest.getValue(), ts) ? newest.getValue().value() : null;
  }

  private static boolean live(Cell cell, long ts) {
    return cell.value() != null && (cell.expireAt() == 0 || cell.expireAt() > ts);
  }

  private void set(byte[] key, long ts, Cell cell) {
    keys.computeIfAbsent(key, k -> new TreeMap<>()).put(ts, cell);
    last = Math.max(last, ts);
  }

  private void checkReadable(long ts) {
    if (ts < watermark) {
      throw new ReadTimestampCompactedException(ts, watermark);
    }
  }

  private void checkWrite(byte[] key, long commitTs) {
    if (key.length == 0 || (watermark > 0 && commitTs <= watermark)) {
      throw new InvalidArgumentException("empty key, or not above the watermark");
    }
  }

  private void checkPosition(@Nullable LogPosition position) {
    if (position != null && position.index() <= applied.index()) {
      throw new InvalidArgumentException("position does not advance");
    }
  }

  private void checkConflict(ConflictKind kind, byte[] key, long startTs) {
    long latest = latest(key).orElse(-1);
    if (latest > startTs) {
      byte first = key.length == 0 ? 0 : key[0];
      conflicts.merge(new ConflictClass(kind, first), 1L, Long::sum);
      throw new WriteConflictException(kind, key, startTs, latest);
    }
  }

  private ModelSubject copy() {
    ModelSubject copy = new ModelSubject();
    keys.forEach((key, versions) -> copy.keys.put(key, new TreeMap<>(versions)));
    copy.records = new TreeMap<>(records);
    copy.conflicts.putAll(conflicts);
    copy.last = last;
    copy.watermark = watermark;
    copy.applied = applied;
    return copy;
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length && Arrays.equals(Arrays.copyOf(key, prefix.length), prefix);
  }
}
