// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import io.kvorum.api.KeyRange;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.store.model.Subject.Changes;
import io.kvorum.store.model.Subject.Look;
import io.kvorum.store.model.Subject.Prefix;
import io.kvorum.store.model.Subject.Step;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes actions from a seed, over keys and timestamps that have hurt stores before. */
final class Actions {

  private static final byte[] ALPHABET = {0x00, 0x01, 0x61, (byte) 0xFE, (byte) 0xFF};
  private static final HexFormat HEX = HexFormat.of();

  private static final int REMEMBERED_KEYS = 8;

  private final Random random;
  private final List<byte[]> recentKeys = new ArrayList<>();
  private long index;

  Actions(long seed) {
    this.random = new Random(seed);
  }

  /** One of the last keys, so that they get many versions, or another one. */
  byte[] key() {
    if (recentKeys.size() == REMEMBERED_KEYS && random.nextInt(5) > 1) {
      return recentKeys.get(random.nextInt(REMEMBERED_KEYS));
    }
    byte[] key = freshKey();
    recentKeys.add(key);
    if (recentKeys.size() > REMEMBERED_KEYS) {
      recentKeys.remove(0);
    }
    return key;
  }

  /** Short, often a prefix of another, at times shaped like one of the store's records. */
  private byte[] freshKey() {
    byte[] key = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = ALPHABET[random.nextInt(ALPHABET.length)];
    }
    ByteBuffer shaped = ByteBuffer.allocate(24);
    switch (random.nextInt(30)) {
      case 0, 1 -> shaped.put(key).putLong(~ts()); // key plus inverted timestamp
      case 2 -> shaped.put(key).putLong(ts());
      case 3, 4 -> shaped.put(key).putShort((short) 0).putLong(~ts()); // as history ends
      case 5 -> shaped.put((byte) 'h').put(key).putShort((short) 0).putLong(~ts());
      case 6 -> shaped.put((byte) 'n').put(key);
      case 7 -> shaped.put((byte) 'm').put((byte) "fpt".charAt(random.nextInt(3)));
      default -> shaped.put(key);
    }
    return Arrays.copyOf(shaped.array(), shaped.position());
  }

  long ts() {
    int kind = random.nextInt(40);
    if (kind == 0) {
      return 0;
    }
    return kind == 1 ? MvccStore.LATEST - random.nextInt(2) : random.nextInt(16);
  }

  Action next() {
    return switch (random.nextInt(34)) {
      case 0, 1, 2, 3, 4 -> put();
      case 5, 6 -> delete();
      case 7, 8 -> expire();
      case 9, 10, 11, 12, 13 -> apply();
      case 14, 15 -> deletePrefix();
      case 16, 17, 18 -> batch();
      case 19 -> {
        long ts = random.nextInt(6);
        yield action("watermark " + ts, s -> s.setWatermark(ts));
      }
      case 20, 21 -> {
        long ts = compactionTs();
        yield action("compact " + ts, s -> s.compact(ts));
      }
      case 22 -> {
        long ts = compactionTs();
        yield action("compact, cancelled " + ts, s -> s.compactCancelled(ts));
      }
      case 23 -> openCursor();
      case 24, 25 -> {
        int steps = 1 + random.nextInt(3);
        yield new Action("step cursor", s -> s.stepCursor(steps));
      }
      case 26 -> action("take snapshot", Subject::takeSnapshot);
      case 27 -> new Action("restore taken snapshot", s -> "" + s.restoreTakenSnapshot());
      case 28 -> action("reopen", Subject::reopen);
      case 29, 30 -> {
        boolean merge = random.nextBoolean();
        yield action("rewrite files, merge " + merge, s -> s.rewriteFiles(merge));
      }
      case 31 -> action("checkpoint, install", Subject::installOwnCheckpoint);
      default -> {
        boolean crossing = random.nextInt(3) == 0;
        yield action("snapshot, restore " + crossing, s -> s.restoreOwnSnapshot(crossing));
      }
    };
  }

  /** Mostly low: what is at or below it cannot be written any more. */
  private long compactionTs() {
    return random.nextInt(1 + random.nextInt(12));
  }

  private Action delete() {
    byte[] key = random.nextInt(30) == 0 ? new byte[0] : key();
    long ts = ts();
    return action("delete " + hex(key) + "@" + ts, s -> s.delete(key, ts));
  }

  private Action openCursor() {
    byte[] start = random.nextBoolean() ? key() : null;
    byte[] end = random.nextInt(3) == 0 ? key() : null;
    long ts = 4L + random.nextInt(16);
    boolean reverse = random.nextBoolean();
    return action(
        "cursor " + hex(start) + ".." + hex(end) + "@" + ts + " reverse " + reverse,
        s -> s.openCursor(new KeyRange(start, end), ts, reverse));
  }

  private Action put() {
    byte[] key = key();
    byte[] value = value();
    long ts = ts();
    long expireAt = expiry();
    return action(
        "put " + hex(key) + "@" + ts + " until " + expireAt, s -> s.put(key, value, ts, expireAt));
  }

  private Action expire() {
    byte[] key = key();
    long ts = ts();
    long expireAt = expiry();
    return new Action(
        "expire " + hex(key) + "@" + ts + " until " + expireAt,
        s -> {
          boolean[] done = new boolean[1];
          return Action.outcome(() -> done[0] = s.expire(key, expireAt, ts)) + done[0];
        });
  }

  private Action apply() {
    LogPosition position = random.nextBoolean() ? position() : null;
    Changes changes = changes();
    return action("apply " + position + " " + text(changes), s -> s.apply(position, changes));
  }

  private Action deletePrefix() {
    LogPosition position = random.nextBoolean() ? position() : null;
    Prefix delete = prefix();
    return action(
        text(delete) + " " + position,
        s -> s.deletePrefix(position, delete.prefix(), delete.exclude(), delete.commitTs()));
  }

  private Prefix prefix() {
    byte[] key = key();
    byte[] prefix = Arrays.copyOf(key, random.nextInt(Math.min(3, key.length + 1)));
    return new Prefix(prefix, random.nextInt(3) == 0 ? key() : null, ts());
  }

  private Action batch() {
    List<Step> steps = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      steps.add(
          switch (random.nextInt(19)) {
            case 0, 1 -> prefix();
            case 2, 3 -> new Look(key(), 6 + random.nextInt(12));
            case 4 -> new Subject.Check(changes());
            case 5, 6 -> new Subject.Changed(range(), ts(), random.nextInt(9));
            case 7 -> new Subject.Advance(random.nextInt(16));
            case 8 -> new Subject.Watermark(random.nextInt(6));
            case 9, 10 -> new Subject.RecordWrite(key(), random.nextInt(3) == 0 ? null : value());
            case 11, 12 -> new Subject.RecordRead(key(), range(), random.nextInt(6));
            case 13 -> new Subject.RecordsDelete(range());
            case 14, 15 ->
                new Subject.PutLarge(
                    key(),
                    new LargeReference(1 + random.nextInt(3), random.nextInt(9)),
                    4L + random.nextInt(14),
                    expiry());
            default -> changes();
          });
    }
    LogPosition commit = random.nextInt(5) == 0 ? null : position();
    return new Action(
        "batch " + commit + " " + steps.stream().map(Actions::text).toList(),
        s -> s.batch(steps, commit).toString());
  }

  private KeyRange range() {
    return new KeyRange(random.nextBoolean() ? key() : null, random.nextInt(3) == 0 ? key() : null);
  }

  private Changes changes() {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      mutations.add(
          random.nextInt(3) == 0 ? Mutation.delete(key()) : Mutation.put(key(), value(), expiry()));
    }
    List<byte[]> reads = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      reads.add(random.nextInt(10) == 0 ? new byte[0] : key());
    }
    // Low ones too: writes into the past of keys that nobody has, or that a prefix delete hit.
    long startTs = random.nextInt(4) == 0 ? ts() : 8 + random.nextInt(10);
    return new Changes(mutations, reads, startTs, startTs + random.nextInt(6) - 1);
  }

  private LogPosition position() {
    index += random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2);
    return new LogPosition(1, index);
  }

  private byte[] value() {
    byte[] value = new byte[random.nextInt(4)];
    random.nextBytes(value);
    return value;
  }

  private long expiry() {
    return random.nextInt(3) == 0 ? ts() : 0;
  }

  private static Action action(String name, Consumer<Subject> body) {
    return new Action(name, s -> Action.outcome(() -> body.accept(s)));
  }

  private static String text(Step step) {
    if (step instanceof Changes changes) {
      return changes.mutations()
          + " reads "
          + changes.reads().stream().map(Actions::hex).toList()
          + " "
          + changes.startTs()
          + ".."
          + changes.commitTs();
    }
    if (step instanceof Prefix delete) {
      return "delete prefix "
          + hex(delete.prefix())
          + " but "
          + hex(delete.exclude())
          + "@"
          + delete.commitTs();
    }
    if (step instanceof Look look) {
      return "look " + hex(look.key()) + "@" + look.ts();
    }
    if (step instanceof Subject.Check check) {
      return "check " + text(check.changes());
    }
    if (step instanceof Subject.RecordWrite record) {
      return "record " + hex(record.key()) + "=" + hex(record.value());
    }
    if (step instanceof Subject.PutLarge put) {
      return put.large() + " at " + hex(put.key()) + "@" + put.commitTs() + " " + put.expireAt();
    }
    if (step instanceof Subject.RecordRead look) {
      return "records " + hex(look.key()) + " " + look.range() + " " + look.limit();
    }
    return step.toString();
  }

  private static String hex(byte @Nullable [] bytes) {
    return bytes == null ? "none" : HEX.formatHex(bytes);
  }
}
