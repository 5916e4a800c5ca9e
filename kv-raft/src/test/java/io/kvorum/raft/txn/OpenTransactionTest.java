// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.txn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.StoreOptions;
import io.kvorum.fsm.interpret.InterpreterLimits;
import io.kvorum.store.ArgumentChecks;
import io.kvorum.store.memory.InMemoryMvccStore;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenTransactionTest {

  private InMemoryMvccStore store;
  private OpenTransaction transaction;

  @BeforeEach
  void open() {
    store = InMemoryMvccStore.create(StoreOptions.defaults());
    for (String key : List.of("a", "b", "c", "d")) {
      store.putAt(bytes(key), bytes("old " + key), 5, 0);
    }
    store.putAt(bytes("b"), bytes("too new"), 20, 0);
    transaction = new OpenTransaction(store, new ArgumentChecks(100), 10);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void readsItsSnapshotAndItsOwnWritesOnTop() {
    transaction.put(bytes("c"), bytes("mine"));
    transaction.delete(bytes("d"));
    transaction.put(bytes("bb"), bytes("mine"));
    transaction.put(bytes("gone"), bytes("mine"), 10); // expired at the snapshot already
    assertThat(transaction.readTimestamp()).isEqualTo(10);
    assertThat(transaction.get(bytes("b"))).isEqualTo(bytes("old b"));
    assertThat(transaction.get(bytes("c"))).isEqualTo(bytes("mine"));
    assertThat(transaction.get(bytes("d"))).isNull();
    assertThat(transaction.get(bytes("gone"))).isNull();
    assertThat(transaction.scan(KeyRange.all(), 9))
        .containsExactly(kv("a", "old a"), kv("b", "old b"), kv("bb", "mine"), kv("c", "mine"));
    assertThat(transaction.scan(KeyRange.of(bytes("b"), bytes("c")), 9))
        .containsExactly(kv("b", "old b"), kv("bb", "mine"));
  }

  @Test
  void remembersWhatItHasLearnedAndNothingElse() {
    transaction.put(bytes("w"), bytes("mine"));
    assertThat(transaction.get(bytes("w"))).isNotNull();
    assertThat(transaction.get(bytes("a"))).isNotNull();
    assertThat(transaction.get(bytes("a"))).isNotNull();
    assertThat(transaction.get(bytes("absent"))).isNull();
    assertThat(transaction.get(new byte[0])).isNull();
    assertThat(transaction.scan(KeyRange.from(bytes("b")), 2)).hasSize(2);
    assertThat(transaction.scan(KeyRange.prefix(bytes("z")), 2)).isEmpty();
    assertThat(transaction.scan(KeyRange.all(), 0)).isEmpty();
    assertThat(transaction.scan(KeyRange.of(bytes("b"), bytes("a")), 5)).isEmpty();
    var request = transaction.request();
    assertThat(request.startTs()).isEqualTo(10);
    assertThat(request.readKeys()).containsExactly(bytes("a"), bytes("absent"));
    assertThat(request.readRanges())
        .containsExactly(KeyRange.of(bytes("b"), new byte[] {'c', 0}), KeyRange.prefix(bytes("z")));
    assertThat(request.mutations()).hasSize(1);
  }

  @Test
  void anArrayThatItsCallerChangesLaterDoesNoHarm() {
    byte[] key = bytes("k");
    byte[] value = bytes("v");
    byte[] read = bytes("r");
    transaction.put(key, value);
    assertThat(transaction.get(read)).isNull();
    key[0] = 'x';
    value[0] = 'x';
    read[0] = 'x';
    byte[] got = transaction.get(bytes("k"));
    assertThat(got).isNotNull().isEqualTo(bytes("v"));
    Arrays.fill(got, (byte) 'x');
    assertThat(transaction.get(bytes("k"))).isEqualTo(bytes("v"));
    assertThat(transaction.request().readKeys()).containsExactly(bytes("r"));
  }

  @Test
  void limitsAreNamedAndWhatExceedsThemChangesNothing() {
    for (int i = 0; i < InterpreterLimits.READ_RANGES; i++) {
      assertThat(transaction.scan(KeyRange.prefix(bytes("range " + i)), 1)).isEmpty();
    }
    assertThat(transaction.scan(KeyRange.prefix(bytes("range 0")), 1)).isEmpty(); // known already
    assertThatThrownBy(() -> transaction.scan(KeyRange.prefix(bytes("one more")), 1))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("at most 64 ranges");
    for (int i = 0; i < InterpreterLimits.TRANSACTION_KEYS; i++) {
      if (i % 2 == 0) {
        transaction.delete(bytes("key " + i));
      } else {
        assertThat(transaction.get(bytes("key " + i))).isNull();
      }
    }
    transaction.delete(bytes("key 0")); // written already
    assertThatThrownBy(() -> transaction.delete(bytes("one more")))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("at most 65536 keys");
    assertThatThrownBy(() -> transaction.get(bytes("one more")))
        .isInstanceOf(InvalidArgumentException.class);
    InterpreterLimits.check(transaction.request());
    assertThatThrownBy(() -> transaction.put(bytes("k"), new byte[101]))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("100");
    assertThatThrownBy(() -> transaction.put(new byte[0], bytes("v")))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void bytesCountWhatIsKeptOnce() {
    OpenTransaction large = new OpenTransaction(store, new ArgumentChecks(40 << 20), 10);
    large.put(bytes("k"), new byte[20 << 20]);
    large.put(bytes("k"), new byte[20 << 20]);
    assertThatThrownBy(() -> large.put(bytes("l"), new byte[20 << 20]))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("allowed are 33554432");
    large.delete(bytes("k"));
    large.put(bytes("l"), new byte[20 << 20]);
    InterpreterLimits.check(large.request());
  }

  @Test
  void isOfNoUseOnceItsBodyHasReturned() {
    transaction.end();
    assertThatThrownBy(() -> transaction.get(bytes("a"))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> transaction.delete(bytes("a")))
        .isInstanceOf(IllegalStateException.class);
  }

  private static KeyValue kv(String key, String value) {
    return new KeyValue(bytes(key), bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
