// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.LargeReference;
import io.kvorum.api.LargeValueException;
import io.kvorum.api.LogPosition;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of values, byte for byte, and what a version says about visibility. */
class StoreValuesTest {

  private static final byte[] KEY = {9};
  private static final byte[] VALUE = {7, 8};

  @Test
  void bytesOfVersion1NeverChange() {
    assertThat(hex(VersionBytes.put(5, VALUE, 0))).isEqualTo("0000000000000000050708");
    assertThat(hex(VersionBytes.put(5, VALUE, 9)))
        .isEqualTo("02000000000000000500000000000000090708");
    assertThat(hex(VersionBytes.tombstone(5))).isEqualTo("010000000000000005");
    assertThat(hex(StoreRecords.encode(new LogPosition(3, 4))))
        .isEqualTo("00000000000000030000000000000004");
    assertThat(hex(StoreRecords.encode(new StoreRecords.Timestamps(3, 4))))
        .isEqualTo("00000000000000030000000000000004");
    assertThat(hex(StoreRecords.encodeKeys(List.of(VALUE, new byte[0]))))
        .isEqualTo("00000002070800000000");
    assertThat(hex(new PrefixDelete(VALUE, null, 5).encode())).isEqualTo("00000002070800");
    assertThat(hex(new PrefixDelete(VALUE, new byte[] {9}, 5).encode()))
        .isEqualTo("0000000207080109");
    assertThat(StoreRecords.FORMAT_VERSION).isEqualTo((byte) 1);
  }

  @Test
  void recordsAreDecoded() {
    LogPosition position = new LogPosition(3, 4);
    assertThat(StoreRecords.decodePosition(StoreRecords.encode(position))).isEqualTo(position);
    StoreRecords.Timestamps times = new StoreRecords.Timestamps(3, 4);
    assertThat(StoreRecords.decodeTimestamps(StoreRecords.encode(times))).isEqualTo(times);
    assertThat(StoreRecords.decodeKeys(StoreRecords.encodeKeys(List.of(VALUE, new byte[0]))))
        .containsExactly(VALUE, new byte[0]);
    for (PrefixDelete delete :
        List.of(
            new PrefixDelete(VALUE, null, 5),
            new PrefixDelete(new byte[0], new byte[0], 5),
            new PrefixDelete(VALUE, VALUE, 5))) {
      assertThat(PrefixDelete.decode(5, delete.encode())).isEqualTo(delete);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "000000", "00000001", "0000000207", "ffffffff", "0000000007000000"})
  void otherBytesAreNoGarbageKeys(String hex) {
    assertThatThrownBy(() -> StoreRecords.decodeKeys(HexFormat.of().parseHex(hex)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00000000", "ffffffff00", "00000001" + "07", "0000000000" + "01"})
  void otherBytesAreNoPrefixDelete(String hex) {
    assertThatThrownBy(() -> PrefixDelete.decode(5, HexFormat.of().parseHex(hex)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0000000000000000", // cut
        "00ffffffffffffffff", // a negative commit timestamp
        "01000000000000000507", // a tombstone with a value
        "02000000000000000500000000000009", // a cut expiry
        "0200000000000000050000000000000000", // an expiry that is none
        "0300000000000000050000000000000009", // both
        "040000000000000005"
      })
  void otherBytesAreNoVersion(String hex) {
    assertThat(VersionBytes.isWellFormed(HexFormat.of().parseHex(hex))).isFalse();
  }

  @Test
  void aVersionIsLiveUntilItExpires() {
    byte[] forEver = VersionBytes.put(5, VALUE, 0);
    byte[] expires = VersionBytes.put(5, VALUE, 9);
    byte[] tombstone = VersionBytes.tombstone(5);
    assertThat(VersionBytes.isLiveAt(forEver, Long.MAX_VALUE)).isTrue();
    assertThat(VersionBytes.isLiveAt(expires, 8)).isTrue();
    assertThat(VersionBytes.isLiveAt(expires, 9)).isFalse();
    assertThat(VersionBytes.isLiveAt(tombstone, 5)).isFalse();
    for (byte[] version : List.of(forEver, expires, tombstone)) {
      assertThat(VersionBytes.isWellFormed(version)).isTrue();
      assertThat(VersionBytes.commitTs(version)).isEqualTo(5);
    }
    assertThat(VersionBytes.isTombstone(tombstone)).isTrue();
    assertThat(VersionBytes.isTombstone(expires)).isFalse();
    assertThat(VersionBytes.expireAt(forEver)).isZero();
    assertThat(VersionBytes.expireAt(expires)).isEqualTo(9);
    assertThat(VersionBytes.value(KEY, forEver)).isEqualTo(VALUE);
    assertThat(VersionBytes.value(KEY, expires)).isEqualTo(VALUE);
    assertThat(VersionBytes.value(KEY, tombstone)).isEmpty();
  }

  @Test
  void aLargeVersionHoldsAReferenceAndNoValue() {
    LargeReference reference = new LargeReference(1L << 40, 7);
    byte[] forEver = VersionBytes.large(5, reference, 0);
    byte[] expires = VersionBytes.large(5, reference, 9);
    for (byte[] version : List.of(forEver, expires)) {
      assertThat(VersionBytes.isWellFormed(version)).isTrue();
      assertThat(VersionBytes.isLarge(version)).isTrue();
      assertThat(VersionBytes.isTombstone(version)).isFalse();
      assertThat(VersionBytes.commitTs(version)).isEqualTo(5);
      assertThat(VersionBytes.reference(version)).isEqualTo(reference);
      assertThatThrownBy(() -> VersionBytes.value(KEY, version))
          .isInstanceOfSatisfying(
              LargeValueException.class, e -> assertThat(e.length()).isEqualTo(1L << 40));
    }
    assertThat(VersionBytes.isLiveAt(forEver, Long.MAX_VALUE)).isTrue();
    assertThat(VersionBytes.isLiveAt(expires, 8)).isTrue();
    assertThat(VersionBytes.isLiveAt(expires, 9)).isFalse();
    byte[] lookalike = Arrays.copyOfRange(forEver, 9, forEver.length);
    assertThat(VersionBytes.isLarge(VersionBytes.put(5, lookalike, 0))).isFalse();
    byte[] longer = Arrays.copyOf(forEver, forEver.length + 1);
    byte[] shorter = Arrays.copyOf(forEver, forEver.length - 1);
    byte[] empty = forEver.clone();
    Arrays.fill(empty, 9, 17, (byte) 0);
    for (byte[] none : List.of(longer, shorter, empty)) {
      assertThat(VersionBytes.isWellFormed(none)).isFalse();
    }
  }

  @Test
  void aPrefixDeleteHidesWhatItCoversFromItsTimestampOn() {
    PrefixDelete delete = new PrefixDelete(new byte[] {1}, new byte[] {1, 2}, 5);
    assertThat(delete.covers(new byte[] {1})).isTrue();
    assertThat(delete.covers(new byte[] {1, 3})).isTrue();
    assertThat(delete.covers(new byte[] {1, 2})).isFalse();
    assertThat(delete.covers(new byte[] {1, 2, 0})).isFalse();
    assertThat(delete.covers(new byte[] {2})).isFalse();
    assertThat(delete.covers(new byte[0])).isFalse();
    assertThat(new PrefixDelete(new byte[0], null, 5).covers(new byte[0])).isTrue();

    assertThat(delete.hides(new byte[] {1}, 5, 5)).isTrue();
    assertThat(delete.hides(new byte[] {1}, 6, 6)).isFalse();
    assertThat(delete.hides(new byte[] {1}, 4, 4)).isFalse();
    assertThat(delete.hides(new byte[] {2}, 5, 5)).isFalse();
  }

  @Test
  void prefixDeletesAreEqualByContent() {
    PrefixDelete delete = new PrefixDelete(new byte[] {1}, new byte[] {2}, 5);
    assertThat(delete)
        .isEqualTo(new PrefixDelete(new byte[] {1}, new byte[] {2}, 5))
        .hasSameHashCodeAs(new PrefixDelete(new byte[] {1}, new byte[] {2}, 5))
        .isNotEqualTo(new PrefixDelete(new byte[] {9}, new byte[] {2}, 5))
        .isNotEqualTo(new PrefixDelete(new byte[] {1}, null, 5))
        .isNotEqualTo(new PrefixDelete(new byte[] {1}, new byte[] {2}, 6))
        .hasToString("PrefixDelete[1 bytes at 5]");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
