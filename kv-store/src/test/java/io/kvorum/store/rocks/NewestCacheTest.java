// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cache says is what was put last; how much it holds. */
final class NewestCacheTest {

  private static final int SMALL = 8 * 1024;

  /** The invariant, with many keys to a slot and a ring that is written around many times. */
  @Property(tries = 50)
  void whatItHoldsIsWhatWasPutLast(@ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int n) {
    Random random = new Random(seed);
    NewestCache cache = cache(SMALL);
    Map<Integer, byte[]> model = new HashMap<>();
    int held = 0;
    for (int step = 0; step < 5_000; step++) {
      int key = random.nextInt(n);
      switch (random.nextInt(8)) {
        case 0 -> {
          cache.forget(key(key));
          assertThat(cache.get(key(key))).isNull();
          model.remove(key);
        }
        case 1 -> {
          cache.put(key(key), null);
          assertThat(cache.get(key(key))).isNull();
          model.remove(key);
        }
        case 2, 3, 4 -> {
          byte[] version = new byte[random.nextInt(5) == 0 ? random.nextInt(5_000) : 20];
          random.nextBytes(version);
          cache.put(key(key), version);
          model.put(key, version);
        }
        default -> {
          byte[] found = cache.get(key(key));
          if (found != null) {
            held++;
            assertThat(found).isEqualTo(model.get(key));
          }
        }
      }
    }
    assertThat(held).isPositive();
  }

  @Test
  void theLastOnesAreHeldAndTheOldestGo() {
    NewestCache cache = cache(SMALL);
    int keys = 10_000;
    for (int i = 0; i < keys; i++) {
      cache.put(key(i), new byte[100]);
    }
    assertThat(cache.get(key(0))).isNull();
    int held = 0;
    for (int i = keys - 30; i < keys; i++) {
      held += cache.get(key(i)) == null ? 0 : 1;
    }
    assertThat(held).as("of 30 where 60 have room").isGreaterThanOrEqualTo(25);
  }

  @Test
  void anEntryThatIsTooLongIsNotHeldNorWhatWasBeforeIt() {
    NewestCache cache = cache(SMALL);
    byte[] longest = new byte[NewestCache.LONGEST_ENTRY - NewestCache.OVERHEAD - key(1).length];
    cache.put(key(1), longest);
    assertThat(cache.get(key(1))).isEqualTo(longest);
    cache.put(key(1), new byte[longest.length + 1]);
    assertThat(cache.get(key(1))).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, NewestCache.LONGEST_ENTRY})
  void withoutMemoryNothingIsHeld(long bytes) {
    NewestCache cache = cache(bytes);
    cache.put(key(1), key(2));
    assertThat(cache.get(key(1))).isNull();
    cache.forget(key(1));
  }

  @Test
  void whatIsGivenOutIsACopy() {
    NewestCache cache = cache(SMALL);
    byte[] version = key(7);
    cache.put(key(1), version);
    Arrays.fill(version, (byte) 0);
    byte[] first = cache.get(key(1));
    assertThat(first).isEqualTo(key(7));
    Arrays.fill(first, (byte) 0);
    assertThat(cache.get(key(1))).isEqualTo(key(7));
  }

  /** Of so many that some share all that the table knows of a key. */
  @Test
  void noKeyGetsWhatBelongsToAnother() {
    NewestCache cache = cache(32 << 20);
    int keys = 200_000;
    for (int i = 0; i < keys; i += 2) {
      cache.put(key(i), key(i));
    }
    for (int i = 0; i < keys; i++) {
      byte[] found = cache.get(key(i));
      if (found != null) {
        assertThat(i % 2).isZero();
        assertThat(found).isEqualTo(key(i));
      }
    }
  }

  /** Keys that count do not crowd into a few slots. Ideal hashes would find 93 of 100 here. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysThatCountHaveTheirSlots(boolean binary) {
    NewestCache cache = cache(32 << 20);
    int keys = 100_000;
    for (int pass = 0; pass < 2; pass++) {
      int held = 0;
      for (int i = 0; i < keys; i++) {
        byte[] key = binary ? ByteBuffer.allocate(8).putLong(i).array() : key(i);
        held += cache.get(key) == null ? 0 : 1;
        cache.put(key, new byte[100]);
      }
      assertThat(held).isGreaterThanOrEqualTo(pass * keys * 9 / 10);
    }
  }

  private static NewestCache cache(long bytes) {
    NewestCache cache = new NewestCache(bytes);
    cache.allocate();
    return cache;
  }

  private static byte[] key(int i) {
    return ("key " + i).getBytes(UTF_8);
  }
}
