// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.Cancellation;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreLockedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.codec.Link;
import io.kvorum.store.codec.PrefixDelete;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.UndoRecord;
import io.kvorum.store.codec.UndoRef;
import io.kvorum.store.codec.VersionBytes;
import io.kvorum.store.rocks.RocksMvccStore;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class StoreCheckTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);

  @TempDir Path dir;

  @BeforeEach
  void fill() {
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      store.putAt(bytes("a"), bytes("1"), 1, 0);
      store.putAt(bytes("a"), bytes("2"), 4, 9);
      store.putAt(bytes("a\0"), bytes("3"), 3, 0);
      store.putAt(bytes("a"), bytes("old"), 2, 0);
      store.deleteAt(bytes("b"), 5);
      store.deletePrefixAt(bytes("a"), null, 6);
    }
  }

  @Test
  void aStoreThatWasClosedIsSound() {
    StoreCheck.Report report = StoreCheck.check(dir);
    assertThat(report.problems()).isEmpty();
    assertThat(report.keys()).isEqualTo(3);
    assertThat(report.versions()).isEqualTo(7);
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      store.compact(5, Cancellation.NEVER);
    }
    assertThat(StoreCheck.check(dir).problems()).isEmpty();
  }

  /** A late write at the timestamp of a linked version stands beside it, in its place. */
  @Test
  void aVersionCountsOnce() {
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      store.putAt(bytes("x"), bytes("1"), 10, 0);
      store.putAt(bytes("x"), bytes("2"), 20, 0);
      store.putAt(bytes("x"), bytes("again"), 10, 0);
      store.putAt(bytes("x"), bytes("between"), 15, 0);
    }
    StoreCheck.Report report = StoreCheck.check(dir);
    assertThat(report.problems()).isEmpty();
    assertThat(report.versions()).isEqualTo(7 + 3);
  }

  @Test
  void anOpenStoreIsNotChecked() {
    try (RocksMvccStore store = RocksMvccStore.open(dir, OPTIONS)) {
      assertThatThrownBy(() -> StoreCheck.check(dir)).isInstanceOf(StoreLockedException.class);
      assertThat(store.lastCommitTs()).isEqualTo(6);
    }
  }

  @Test
  void aFolderWithoutAStoreIsRefused() {
    assertThatThrownBy(() -> StoreCheck.check(dir.resolve("nothing")))
        .isInstanceOf(InvalidArgumentException.class);
    assertThat(dir.resolve("nothing")).doesNotExist();
    assertThatThrownBy(() -> StoreCheck.check(dir.resolve("gen-000001")))
        .isInstanceOf(InvalidArgumentException.class);
  }

  /** One raw write that breaks one rule, and a word that the report must have. */
  record Damage(String what, String named, byte[] key, byte[] value) {

    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Damage> damages() {
    return Stream.of(
        new Damage(
            "history without newest",
            "F1",
            StoreKeys.history(bytes("z"), 2),
            VersionBytes.tombstone(2)),
        new Damage(
            "history above newest",
            "F1",
            StoreKeys.history(bytes("b"), 6),
            VersionBytes.tombstone(6)),
        new Damage(
            "history not announced",
            "F1",
            StoreKeys.history(bytes("a\0"), 2),
            VersionBytes.tombstone(2)),
        new Damage(
            "a link to nothing",
            "F6",
            StoreKeys.newest(bytes("c")),
            VersionBytes.stored(
                VersionBytes.put(5, bytes("v"), 0), Link.NONE.next(new UndoRef(5, 1, 0)), false)),
        new Damage("no undo record", "undo record", StoreKeys.undo(5, 0), new byte[] {1}),
        new Damage(
            "undo without versions",
            "no version",
            StoreKeys.undo(5, 0),
            UndoRecord.encode(List.of(new UndoRecord.Entry(bytes("a"), bytes("?"))))),
        new Damage(
            "undo due too early",
            "F6",
            StoreKeys.undo(5, 0),
            UndoRecord.encode(
                List.of(new UndoRecord.Entry(bytes("a"), VersionBytes.tombstone(5))))),
        new Damage(
            "timestamps differ", "F2", StoreKeys.history(bytes("a"), 2), VersionBytes.tombstone(1)),
        new Damage(
            "tombstone not indexed", "F3", StoreKeys.newest(bytes("c")), VersionBytes.tombstone(5)),
        new Damage(
            "expiry not indexed",
            "F3",
            StoreKeys.newest(bytes("c")),
            VersionBytes.put(5, bytes("v"), 77)),
        new Damage(
            "above last commit",
            "F5",
            StoreKeys.newest(bytes("c")),
            VersionBytes.put(7, bytes("v"), 0)),
        new Damage("unknown space", "no known space", bytes("x"), bytes("y")),
        new Damage("empty record key", "record key", StoreKeys.state(bytes("")), bytes("y")),
        new Damage("unknown metadata", "metadata", bytes("mx"), bytes("y")),
        new Damage("short position", "16", StoreKeys.applied(), bytes("y")),
        new Damage("no version", "no version", StoreKeys.newest(bytes("a")), bytes("?")),
        new Damage(
            "empty user key",
            "0 bytes",
            StoreKeys.newest(bytes("")),
            VersionBytes.put(1, bytes("v"), 0)),
        new Damage("undecodable key", "decoded", bytes("hx"), VersionBytes.tombstone(1)),
        new Damage(
            "no garbage record", "garbage", StoreKeys.garbage(5, 0), new byte[] {0, 0, 0, 9, 1}),
        new Damage(
            "no prefix delete", "prefix delete", StoreKeys.prefixDelete(5, 0), new byte[] {1}),
        new Damage(
            "prefix delete above",
            "F5",
            StoreKeys.prefixDelete(99, 0),
            new PrefixDelete(bytes("a"), null, 99).encode()),
        new Damage(
            "newer format",
            "format version",
            StoreKeys.format(),
            new byte[] {StoreRecords.FORMAT_VERSION + 1}));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void everyBrokenRuleIsNamed(Damage damage) throws RocksDBException {
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, dir.resolve("gen-000001").toString())) {
      db.put(damage.key, damage.value);
    }
    List<String> problems = StoreCheck.check(dir).problems();
    assertThat(problems).isNotEmpty();
    assertThat(problems).anySatisfy(problem -> assertThat(problem).contains(damage.named));
  }

  @Test
  void prefixDeletesOfOneBatchHaveOrdinalsOfTheirOwn() throws RocksDBException {
    byte[] delete = new PrefixDelete(bytes("a"), null, 5).encode();
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, dir.resolve("gen-000001").toString())) {
      db.put(StoreKeys.prefixDelete(5, 0), delete);
      db.put(StoreKeys.prefixDelete(6, 1), delete);
      assertThat(problemsAfterClosing(db)).isEmpty();
    }
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, dir.resolve("gen-000001").toString())) {
      db.put(StoreKeys.prefixDelete(6, 0), delete);
      assertThat(problemsAfterClosing(db))
          .singleElement()
          .satisfies(problem -> assertThat(problem).contains("ordinal 0", "F4"));
    }
  }

  /** What breaks in an undo record that a link leads to. */
  @Test
  void aLinkLeadsToAnOlderVersionOfItsKey() throws RocksDBException {
    UndoRecord.Entry right = new UndoRecord.Entry(bytes("c"), VersionBytes.tombstone(2));
    byte[] newest =
        VersionBytes.stored(
            VersionBytes.put(5, bytes("v"), 0), Link.NONE.next(new UndoRef(5, 9, 0)), false);
    assertThat(problemsWith(newest, 5, List.of(right))).isEmpty();
    assertThat(problemsWith(newest, 5, List.of())).singleElement().asString().contains("F6");
    assertThat(problemsWith(newest, 5, List.of(new UndoRecord.Entry(bytes("b"), right.version()))))
        .singleElement()
        .asString()
        .contains("F6", "another key");
    assertThat(
            problemsWith(
                newest, 6, List.of(new UndoRecord.Entry(bytes("c"), VersionBytes.tombstone(5)))))
        .singleElement()
        .asString()
        .contains("F6");
    byte[] early =
        VersionBytes.stored(
            VersionBytes.put(5, bytes("v"), 0), Link.NONE.next(new UndoRef(4, 9, 0)), false);
    assertThat(problemsWith(early, 4, List.of(right)))
        .singleElement()
        .asString()
        .contains("F6", "before the version that needs it");
  }

  private List<String> problemsWith(byte[] newest, long dueTs, List<UndoRecord.Entry> entries)
      throws RocksDBException {
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, dir.resolve("gen-000001").toString())) {
      db.put(StoreKeys.newest(bytes("c")), newest);
      db.put(StoreKeys.undo(dueTs, 9), UndoRecord.encode(entries));
      return problemsAfterClosing(db);
    }
  }

  private List<String> problemsAfterClosing(RocksDB db) {
    db.close();
    return StoreCheck.check(dir).problems();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
