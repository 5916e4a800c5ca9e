// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.store.model.Subject.Changes;
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

  private final Random random;
  private long index;

  Actions(long seed) {
    this.random = new Random(seed);
  }

  /** A key: short, often a prefix of another, at times shaped like a key and a timestamp. */
  byte[] key() {
    byte[] key = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = ALPHABET[random.nextInt(ALPHABET.length)];
    }
    int shape = random.nextInt(12);
    if (shape == 0) {
      return ByteBuffer.allocate(key.length + 8).put(key).putLong(~ts()).array();
    }
    if (shape == 1) {
      return ByteBuffer.allocate(key.length + 10)
          .put(key)
          .putShort((short) 0)
          .putLong(~ts())
          .array();
    }
    return key;
  }

  long ts() {
    int kind = random.nextInt(60);
    if (kind == 0) {
      return 0;
    }
    return kind == 1 ? MvccStore.LATEST - random.nextInt(2) : random.nextInt(16);
  }

  Action next() {
    return switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4 -> put();
      case 5, 6 -> {
        byte[] key = random.nextInt(30) == 0 ? new byte[0] : key();
        long ts = ts();
        yield action("delete " + hex(key) + "@" + ts, s -> s.delete(key, ts));
      }
      case 7, 8 -> expire();
      case 9, 10, 11, 12, 13 -> apply();
      case 14, 15 -> deletePrefix();
      case 16, 17 -> batch();
      case 18 -> {
        long ts = random.nextInt(6);
        yield action("watermark " + ts, s -> s.setWatermark(ts));
      }
      case 19, 20 -> {
        long ts = random.nextInt(10);
        yield action("compact " + ts, s -> s.compact(ts));
      }
      case 21 -> action("reopen", Subject::reopen);
      case 22 -> action("checkpoint, install", Subject::installOwnCheckpoint);
      default -> action("snapshot, restore", Subject::restoreOwnSnapshot);
    };
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
    byte[] key = key();
    byte[] prefix = Arrays.copyOf(key, random.nextInt(Math.min(3, key.length + 1)));
    byte[] exclude = random.nextInt(3) == 0 ? key() : null;
    long ts = ts();
    return action(
        "delete prefix " + hex(prefix) + " but " + hex(exclude) + "@" + ts + " " + position,
        s -> s.deletePrefix(position, prefix, exclude, ts));
  }

  private Action batch() {
    List<Changes> steps = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      steps.add(changes());
    }
    LogPosition commit = random.nextInt(5) == 0 ? null : position();
    return new Action(
        "batch " + commit + " " + steps.stream().map(Actions::text).toList(),
        s -> s.batch(steps, commit).toString());
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
    long startTs = random.nextInt(20) == 0 ? ts() : 8 + random.nextInt(10);
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

  private static String text(Changes changes) {
    return changes.mutations()
        + " reads "
        + changes.reads().stream().map(Actions::hex).toList()
        + " "
        + changes.startTs()
        + ".."
        + changes.commitTs();
  }

  private static String hex(byte @Nullable [] bytes) {
    return bytes == null ? "none" : HEX.formatHex(bytes);
  }
}
