// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.txn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.StoreOptions;
import io.kvorum.store.ArgumentChecks;
import io.kvorum.store.memory.InMemoryMvccStore;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MergedScanProperties {

  /** A write is a key and what is done to it: deleted, put with an expiry that has passed, put. */
  @Property(tries = 300)
  void aScanIsThatOfAStoreInWhichTheWritesHadBeenMade(
      @ForAll @Size(max = 12) List<@IntRange(max = 15) Integer> stored,
      @ForAll @Size(max = 12) List<@IntRange(max = 47) Integer> written,
      @ForAll @IntRange(max = 15) int from,
      @ForAll @IntRange(max = 16) int to,
      @ForAll @IntRange(min = 1, max = 10) int limit) {
    TreeMap<Integer, byte[]> expected = new TreeMap<>();
    try (InMemoryMvccStore store = InMemoryMvccStore.create(StoreOptions.defaults())) {
      for (int key : stored) {
        store.putAt(key(key), bytes("stored"), 5, 0);
        expected.put(key, bytes("stored"));
      }
      OpenTransaction open = new OpenTransaction(store, new ArgumentChecks(100), 10);
      for (int write : written) {
        int key = write / 3;
        expected.remove(key);
        if (write % 3 == 0) {
          open.delete(key(key));
        } else if (write % 3 == 1) {
          open.put(key(key), bytes("gone"), 7);
        } else {
          open.put(key(key), bytes("written"));
          expected.put(key, bytes("written"));
        }
      }
      List<KeyValue> wanted =
          from >= to
              ? List.of()
              : expected.subMap(from, to).entrySet().stream()
                  .limit(limit)
                  .map(entry -> new KeyValue(key(entry.getKey()), entry.getValue()))
                  .toList();
      assertThat(open.scan(KeyRange.of(key(from), key(to)), limit)).isEqualTo(wanted);
    }
  }

  private static byte[] key(int number) {
    return new byte[] {'k', (byte) number};
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
