// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.fsm.LogRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rule of the package, on crafted files. */
class RaftLogTailTest {

  private static final int MAX_ENTRY_BYTES = 1 << 20;
  private static final int RECORD_BYTES = 700;

  @TempDir Path dir;

  @Test
  void acceptsNoLogAtAll() {
    assertThat(check()).isEqualTo(new RaftLogTail.Result(LogRange.NONE, 0));
    assertThat(RaftLogTail.check(dir.resolve("absent"), MAX_ENTRY_BYTES).range())
        .isEqualTo(LogRange.NONE);
  }

  @Test
  void acceptsWholeSegmentsWithOrWithoutPadding() throws IOException {
    write("log_5-7", segment(3));
    write("log_inprogress_8", padded(segment(2), 4096));
    assertThat(check()).isEqualTo(new RaftLogTail.Result(new LogRange(5, 9), 0));
  }

  @Test
  void cutsTheOpenSegmentAtEveryByteAPartialWriteCanEndAt() throws IOException {
    byte[] whole = segment(3);
    int twoRecords = segment(2).length;
    for (int end = twoRecords + 1; end < whole.length; end++) {
      write("log_inprogress_0", Arrays.copyOf(whole, end));
      assertThat(check().cutBytes()).isEqualTo(end - twoRecords);
      assertThat(read("log_inprogress_0")).isEqualTo(segment(2));
      assertThat(check().range()).isEqualTo(new LogRange(0, 1));
      assertThat(check().cutBytes()).as("the second look finds nothing").isZero();
    }
  }

  @Test
  void cutsAPartialWriteIntoPreallocatedZeros() throws IOException {
    byte[] whole = segment(3);
    int twoRecords = segment(2).length;
    for (int end = twoRecords + 1; end < whole.length - 4; end += 7) {
      byte[] torn = padded(Arrays.copyOf(whole, end), whole.length - end + 5000);
      write("log_inprogress_0", torn);
      assertThat(check().cutBytes()).isEqualTo(torn.length - twoRecords);
      assertThat(read("log_inprogress_0")).isEqualTo(segment(2));
    }
  }

  @Test
  void cutsWhereASectorWasNotWrittenThoughLaterOnesWere() throws IOException {
    byte[] torn = segment(6);
    Arrays.fill(torn, 1024, 1536, (byte) 0);
    write("log_inprogress_0", torn);
    assertThat(check().cutBytes()).isPositive();
    assertThat(read("log_inprogress_0")).isEqualTo(segment(1));
  }

  @Test
  void refusesAnyFlippedBitOfTheOpenSegmentAndChangesNothing() throws IOException {
    byte[] whole = segment(5);
    int lastRecord = segment(4).length;
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      // Not the first two bytes of a record: there the flip changes the length.
      int at = random.nextInt(8 + 2, lastRecord);
      if ((at - 8) % RECORD_BYTES < 2) {
        continue;
      }
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      write("log_inprogress_0", damaged);
      assertThatThrownBy(this::check)
          .isInstanceOf(StoreCorruptException.class)
          .hasMessageContaining("log_inprogress_0")
          .hasMessageContaining("Move this replica's data directory away");
      assertThat(read("log_inprogress_0")).isEqualTo(damaged);
    }
  }

  /** A replica whose maxValueBytes was lowered must not take what it cannot hold for torn. */
  @Test
  void refusesAGoodEntryThatIsTooLongAndChangesNothing() throws IOException {
    byte[] whole = segment(3, 200); // from the second sector on: what a torn write looks like
    write("log_inprogress_0", whole);
    assertThatThrownBy(() -> RaftLogTail.check(dir, RECORD_BYTES - 10))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("offset 8")
        .hasMessageContaining("maxValueBytes");
    assertThat(read("log_inprogress_0")).isEqualTo(whole);
    assertThat(RaftLogTail.check(dir, RECORD_BYTES).range()).isEqualTo(new LogRange(0, 2));
  }

  @Test
  void refusesAClosedSegmentThatIsCutOrMiscounted() throws IOException {
    byte[] whole = segment(3);
    write("log_0-2", Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(this::check)
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("log_0-2")
        .hasMessageContaining("offset " + segment(2).length);
    write("log_0-2", segment(2));
    assertThatThrownBy(this::check)
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("2 entries");
  }

  @Test
  void anOpenSegmentInWhichNoEntryIsLeftAddsNothing() throws IOException {
    byte[] torn = Arrays.copyOf(segment(1), segment(1).length - 9);
    for (byte[] empty : new byte[][] {segment(0), padded(segment(0), 4096), torn}) {
      write("log_5-7", segment(3));
      write("log_inprogress_8", empty);
      assertThat(check().range()).isEqualTo(new LogRange(5, 7));
    }
  }

  @Test
  void discardsAllEntriesAndNothingElse() throws IOException {
    write("log_0-2", segment(3));
    write("log_inprogress_3", segment(1));
    write("raft-meta", new byte[] {1});
    RaftLogTail.discard(dir);
    assertThat(check().range()).isEqualTo(LogRange.NONE);
    assertThat(dir).isDirectoryContaining("glob:**/raft-meta");
    assertThat(dir).isDirectoryNotContaining("glob:**/log_*");
  }

  @Test
  void refusesAGapBetweenSegments() throws IOException {
    write("log_0-2", segment(3));
    write("log_inprogress_4", segment(1));
    assertThatThrownBy(this::check)
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("log_inprogress_4");
  }

  @Test
  void cutsAHeaderThatWasNotWrittenAndRefusesAnotherOne() throws IOException {
    write("log_inprogress_0", new byte[100]);
    assertThat(check().cutBytes()).isEqualTo(100);
    write("log_inprogress_0", "RaftLog2 and more".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(this::check).isInstanceOf(StoreCorruptException.class);
  }

  private RaftLogTail.Result check() {
    return RaftLogTail.check(dir, MAX_ENTRY_BYTES);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(dir.resolve(name), bytes);
  }

  private byte[] read(String name) throws IOException {
    return Files.readAllBytes(dir.resolve(name));
  }

  private static byte[] padded(byte[] bytes, int zeros) {
    return Arrays.copyOf(bytes, bytes.length + zeros);
  }

  private static byte[] segment(int records) throws IOException {
    return segment(records, 0);
  }

  /* Records of RECORD_BYTES bytes each: 2 of length, the entry, zero only at its end, 4 of CRC. */
  private static byte[] segment(int records, int zeros) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("RaftLog1".getBytes(StandardCharsets.US_ASCII));
    Random random = new Random(1);
    for (int r = 0; r < records; r++) {
      int length = RECORD_BYTES - 6;
      ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
      record.put((byte) ((length & 0x7F) | 0x80)).put((byte) (length >> 7));
      for (int i = 0; i < length; i++) {
        record.put((byte) (i >= length - zeros ? 0 : 1 + random.nextInt(255)));
      }
      CRC32C crc = new CRC32C();
      crc.update(record.array(), 0, length + 2);
      record.putInt((int) crc.getValue());
      out.write(record.array());
    }
    return out.toByteArray();
  }
}
