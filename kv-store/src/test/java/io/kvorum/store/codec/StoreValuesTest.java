// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.LargeReference;
import io.kvorum.api.LargeValueException;
import io.kvorum.api.LogPosition;
import java.util.ArrayList;
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
  void bytesOfVersion2NeverChange() {
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
    Link link = Link.NONE.next(new UndoRef(6, 300, 2));
    assertThat(hex(VersionBytes.stored(VersionBytes.put(5, VALUE, 0), link, false)))
        .isEqualTo("080000000000000005050102ac02020708");
    assertThat(hex(VersionBytes.stored(VersionBytes.put(8, VALUE, 9), link, true)))
        .isEqualTo("1a00000000000000080000000000000009050103ac02020708");
    assertThat(hex(VersionBytes.stored(VersionBytes.tombstone(5), Link.NONE, false)))
        .isEqualTo(hex(VersionBytes.tombstone(5)));
    assertThat(hex(VersionBytes.withHistory(VersionBytes.tombstone(5))))
        .isEqualTo("110000000000000005");
    assertThat(
            hex(
                UndoRecord.encode(
                    List.of(
                        new UndoRecord.Entry(KEY, VersionBytes.tombstone(5)),
                        new UndoRecord.Entry(VALUE, VALUE)))))
        .isEqualTo("010909" + hex(VersionBytes.tombstone(5)) + "0207080207" + "08");
    assertThat(StoreRecords.FORMAT_VERSION).isEqualTo((byte) 2);
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
        "040000000000000005",
        "080000000000000005", // no link
        "08000000000000000500", // an empty link
        "0800000000000000050100", // a link of depth 0
        "0800000000000000050102", // a link without its reference
        "080000000000000005040102ac02", // a cut link
        "0a00000000000000050102", // a link where the expiry should be
        "080000000000000005060102ac020207", // a byte behind the reference
        "200000000000000005" // an unknown flag
      })
  void otherBytesAreNoVersion(String hex) {
    assertThat(VersionBytes.isWellFormed(HexFormat.of().parseHex(hex))).isFalse();
  }

  /**
   * Each reference leads to the nearest version whose depth is a multiple of the level's stride.
   */
  @Test
  void aLinkLeadsToTheNearestVersionOfEachLevel() {
    List<UndoRef> stands = new ArrayList<>();
    Link link = Link.NONE;
    for (int depth = 1; depth <= 5_000; depth++) {
      stands.add(new UndoRef(depth + 3, 1_000_000 + depth, depth % 64)); // of depth - 1
      link = link.next(stands.get(depth - 1));
      assertThat(link.depth()).isEqualTo(depth);
      List<UndoRef> expected = new ArrayList<>(List.of(stands.get(depth - 1)));
      for (int stride = 16; stride < depth; stride *= 16) {
        expected.add(stands.get((depth - 1) / stride * stride));
      }
      assertThat(link.refs()).isEqualTo(expected);
      for (long commitTs : new long[] {0, depth, Long.MAX_VALUE}) {
        byte[] version = VersionBytes.stored(VersionBytes.put(commitTs, VALUE, 0), link, false);
        assertThat(VersionBytes.isWellFormed(version)).isTrue();
        assertThat(VersionBytes.link(version)).isEqualTo(link);
        assertThat(VersionBytes.value(KEY, version)).isEqualTo(VALUE);
      }
    }
  }

  @Test
  void aLinkChangesNothingElseOfAVersion() {
    Link link = Link.NONE.next(new UndoRef(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE));
    for (byte[] plain :
        List.of(
            VersionBytes.put(5, VALUE, 0),
            VersionBytes.put(5, new byte[0], 9),
            VersionBytes.tombstone(5),
            VersionBytes.large(5, new LargeReference(3, 4), 0),
            VersionBytes.large(5, new LargeReference(3, 4), 9))) {
      assertThat(VersionBytes.hasHistory(plain)).isFalse();
      assertThat(VersionBytes.link(plain)).isEqualTo(Link.NONE);
      for (byte[] stored :
          List.of(
              VersionBytes.stored(plain, link, false),
              VersionBytes.stored(plain, link, true),
              VersionBytes.stored(plain, Link.NONE, true),
              VersionBytes.withHistory(VersionBytes.stored(plain, link, false)))) {
        assertThat(VersionBytes.isWellFormed(stored)).isTrue();
        assertThat(VersionBytes.commitTs(stored)).isEqualTo(5);
        assertThat(VersionBytes.isTombstone(stored)).isEqualTo(VersionBytes.isTombstone(plain));
        assertThat(VersionBytes.expireAt(stored)).isEqualTo(VersionBytes.expireAt(plain));
        assertThat(VersionBytes.isLarge(stored)).isEqualTo(VersionBytes.isLarge(plain));
        if (VersionBytes.isLarge(plain)) {
          assertThat(VersionBytes.reference(stored)).isEqualTo(VersionBytes.reference(plain));
        } else {
          assertThat(VersionBytes.value(KEY, stored)).isEqualTo(VersionBytes.value(KEY, plain));
          assertThat(VersionBytes.valueLength(stored)).isEqualTo(VersionBytes.valueLength(plain));
        }
      }
    }
  }

  @Test
  void anUndoRecordGivesEachEntryByItsPlace() {
    List<UndoRecord.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      entries.add(new UndoRecord.Entry(new byte[i], new byte[3 * i + 7]));
    }
    byte[] record = UndoRecord.encode(entries);
    assertThat(record).hasSize(entries.stream().mapToInt(UndoRecord::encodedLength).sum());
    for (int i = 0; i < entries.size(); i++) {
      UndoRecord.Entry entry = requireNonNull(UndoRecord.entry(record, i));
      assertThat(entry.key()).hasSize(i);
      assertThat(entry.version()).hasSize(3 * i + 7);
    }
    assertThat(UndoRecord.entry(record, entries.size())).isNull();
    assertThat(UndoRecord.entry(record, Integer.MAX_VALUE)).isNull();
    assertThat(UndoRecord.entries(record)).hasSize(entries.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"01", "0107", "010702", "0107020508" + "ff", "ffffffffffffffffff7f"})
  void otherBytesAreNoUndoRecord(String hex) {
    assertThatThrownBy(() -> UndoRecord.entries(HexFormat.of().parseHex(hex)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UndoRecord.entry(HexFormat.of().parseHex(hex), 1))
        .isInstanceOf(IllegalArgumentException.class);
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
