// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB finds in a batch what was put into it, whichever way it was handed over. */
final class BatchRecordsTest {

  private static final int[] LENGTHS = {0, 1, 127, 128, 129, 16_383, 16_384, 16_385, 70_000};

  /** Makes the average of few records a long one. */
  private static final int LONG = 256 * BatchRecords.LONG_RECORD;

  private final BatchRecords records = new BatchRecords();
  private final List<String> expected = new ArrayList<>();

  @TempDir private Path dir;

  @BeforeEach
  void loadLibrary() {
    RocksDB.loadLibrary();
  }

  @Test
  void shortRecordsAreReadBackAsTheyWereWritten() throws RocksDBException {
    writeAllLengths();
    assertThat(written()).isEqualTo(expected);
  }

  @Test
  void longRecordsAreReadBackAsTheyWereWritten() throws RocksDBException {
    writeAllLengths();
    put(new byte[] {(byte) 0xFF}, new byte[LONG]);
    assertThat(written()).isEqualTo(expected);
  }

  @Test
  void manyShortRecordsAreReadBackAsTheyWereWritten() throws RocksDBException {
    byte[] value = new byte[100];
    for (int i = 0; i < 30_000; i++) { // more than 3 MB
      put(ByteBuffer.allocate(4).putInt(i).array(), value);
    }
    assertThat(written()).isEqualTo(expected);
  }

  @Test
  void aRangeIsDeletedBeforeTheOtherRecordsOfShortOnes() throws RocksDBException {
    deleteARange(new byte[] {7});
  }

  @Test
  void aRangeIsDeletedBeforeTheOtherRecordsOfLongOnes() throws RocksDBException {
    deleteARange(new byte[LONG]);
  }

  private void deleteARange(byte[] value) throws RocksDBException {
    BatchRecords before = new BatchRecords();
    for (byte[] key : List.of(new byte[] {1}, new byte[] {2}, new byte[] {2, 9}, new byte[] {3})) {
      before.put(key, new byte[] {5});
    }
    List<String> unused = written(before);
    expected.add(text(new byte[] {1}, new byte[] {5}));
    put(new byte[] {2, 2}, value);
    records.deleteRange(new byte[] {2}, new byte[] {3});
    expected.add(text(new byte[] {3}, new byte[] {5}));
    assertThat(written()).isEqualTo(expected);
  }

  @Test
  void anEmptyBatchWritesNothing() throws RocksDBException {
    assertThat(written()).isEmpty();
  }

  @Test
  void theLaterRecordOfAKeyWins() throws RocksDBException {
    byte[] deleted = {1};
    byte[] replaced = {2};
    byte[] putAgain = {3};
    records.put(deleted, new byte[] {7});
    records.delete(deleted);
    records.put(replaced, new byte[] {7});
    put(replaced, new byte[] {8});
    records.delete(putAgain);
    put(putAgain, new byte[] {9});
    assertThat(written()).isEqualTo(expected);
  }

  private void writeAllLengths() {
    SplittableRandom random = new SplittableRandom(1);
    int first = 0;
    for (int keyLength : LENGTHS) {
      for (int valueLength : new int[] {0, 127, 128, 16_384}) {
        byte[] key = new byte[1 + keyLength];
        random.nextBytes(key);
        key[0] = (byte) first++; // in the order in which they will be read
        byte[] value = new byte[valueLength];
        random.nextBytes(value);
        put(key, value);
      }
    }
  }

  private void put(byte[] key, byte[] value) {
    records.put(key, value);
    expected.add(text(key, value));
  }

  private List<String> written() throws RocksDBException {
    return written(records);
  }

  private List<String> written(BatchRecords records) throws RocksDBException {
    List<String> found = new ArrayList<>();
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, dir.toString());
        WriteOptions write = new WriteOptions();
        WriteBatch batch = records.toWriteBatch()) {
      db.write(write, batch);
      try (RocksIterator iterator = db.newIterator()) {
        for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
          found.add(text(iterator.key(), iterator.value()));
        }
        iterator.status();
      }
    }
    return found;
  }

  private static String text(byte[] key, byte[] value) {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(key) + "=" + hex.formatHex(value);
  }
}
