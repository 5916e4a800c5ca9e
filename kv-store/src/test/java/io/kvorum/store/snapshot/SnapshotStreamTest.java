// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.SnapshotFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The format's invariants S1 to S4, and its bytes. */
class SnapshotStreamTest {

  private static final SnapshotHeader HEADER = new SnapshotHeader(new LogPosition(3, 17), 40, 5);

  private static final List<VersionRecord> RECORDS =
      List.of(
          VersionRecord.live(bytes("00"), 40, 0, bytes("")),
          VersionRecord.live(bytes("61"), 9, 12, bytes("01FF")),
          VersionRecord.tombstone(bytes("61"), 7),
          VersionRecord.live(bytes("61"), 0, 0, bytes("AA")),
          VersionRecord.tombstone(bytes("6100"), 8),
          VersionRecord.live(bytes("FF"), 1, Long.MAX_VALUE, bytes("BB")));

  @Test
  void bytesOfVersion1NeverChange() {
    byte[] stream =
        write(new SnapshotHeader(LogPosition.NONE, 7, 2), List.of(RECORDS.get(2), RECORDS.get(3)));

    assertThat(HexFormat.of().withUpperCase().formatHex(stream))
        .isEqualTo(
            "4B56534E41500D0A00000001"
                + "0000000000000000FFFFFFFFFFFFFFFF00000000000000070000000000000002"
                + "378FCAA9"
                + "00000029"
                + "0100000001610000000000000007"
                + "0000000001610000000000000000000000000000000000000001AA"
                + "84A00734"
                + "000000000000000000000002CA5BC5AA"
                + "358468BBADAAFF4EB3337C137E0AFD22064A7B62CF74D134322E2A6898C90427");
  }

  @Test
  void givesBackWhatWasWritten() {
    SnapshotReader reader = open(write(HEADER, RECORDS));

    assertThat(reader.header()).isEqualTo(HEADER);
    assertThat(readAll(reader)).isEqualTo(RECORDS);
    assertThat(reader.next()).isNull();
  }

  @Test
  void recordsMayCrossChunks() {
    Random random = new Random(1);
    List<VersionRecord> records = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] key = ByteBuffer.allocate(4 + random.nextInt(3000)).putInt(i).array();
      byte[] value = new byte[random.nextInt(200_000) / (1 + random.nextInt(100))];
      random.nextBytes(value);
      records.add(VersionRecord.live(key, i, 0, value));
    }
    SnapshotHeader header = new SnapshotHeader(LogPosition.NONE, 300, 0);
    byte[] stream = write(header, records);

    assertThat(readAll(open(stream))).isEqualTo(records);
    assertThat(readAll(new SnapshotReader(new OneByteAtATime(stream)))).isEqualTo(records);
  }

  @Test
  void valueLongerThanTheFirstStepComesBack() {
    byte[] value = new byte[5_000_000];
    new Random(2).nextBytes(value);
    List<VersionRecord> records = List.of(VersionRecord.live(bytes("61"), 1, 0, value));

    assertThat(readAll(open(write(HEADER, records)))).isEqualTo(records);
  }

  @Test
  void everyCutIsRefused() {
    byte[] stream = write(HEADER, RECORDS);

    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> readAll(open(cut)))
          .as("cut to %s of %s bytes", length, stream.length)
          .isInstanceOf(SnapshotFormatException.class);
    }
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] stream = write(HEADER, RECORDS);

    for (int bit = 0; bit < stream.length * 8; bit++) {
      byte[] flipped = stream.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> readAll(open(flipped)))
          .as("bit %s flipped", bit)
          .isInstanceOf(SnapshotFormatException.class);
    }
  }

  @Test
  void emptyStreamIsRefusedInSoManyWords() {
    assertThatThrownBy(() -> open(new byte[0]))
        .isInstanceOf(SnapshotFormatException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void bytesBehindTheEndAreRefused() {
    byte[] stream = write(HEADER, RECORDS);

    assertThatThrownBy(() -> readAll(open(Arrays.copyOf(stream, stream.length + 1))))
        .isInstanceOf(SnapshotFormatException.class)
        .hasMessageContaining("follow");
  }

  @Test
  void chunksSwappedOrLeftOutAreRefusedThoughEachIsWhole() {
    List<VersionRecord> records = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      // One record fills exactly one chunk: flags, key length, key, commitTs, expireAt, length.
      int overhead = 1 + 4 + 1 + 8 + 8 + 4;
      byte[] value = new byte[StreamFormat.MAX_CHUNK_BYTES - overhead];
      records.add(VersionRecord.live(new byte[] {(byte) i}, 1, 0, value));
    }
    byte[] stream = write(HEADER, records);
    int preamble = StreamFormat.PREAMBLE_BYTES + 4;
    int chunk = 4 + StreamFormat.MAX_CHUNK_BYTES + 4;

    byte[] swapped = stream.clone();
    System.arraycopy(stream, preamble, swapped, preamble + chunk, chunk);
    System.arraycopy(stream, preamble + chunk, swapped, preamble, chunk);
    byte[] without = new byte[stream.length - chunk];
    System.arraycopy(stream, 0, without, 0, preamble + chunk);
    int rest = stream.length - preamble - 2 * chunk;
    System.arraycopy(stream, preamble + 2 * chunk, without, preamble + chunk, rest);

    assertThat(readAll(open(stream))).hasSize(3);
    assertThatThrownBy(() -> readAll(open(swapped))).isInstanceOf(SnapshotFormatException.class);
    assertThatThrownBy(() -> readAll(open(without))).isInstanceOf(SnapshotFormatException.class);
  }

  @Test
  void newerVersionIsRefusedWithWhatToDo() {
    byte[] stream = write(HEADER, RECORDS);
    stream[11] = 2;

    assertThatThrownBy(() -> open(stream))
        .isInstanceOf(SnapshotFormatException.class)
        .hasMessageContaining("format version 2")
        .hasMessageContaining("newer");
  }

  @Test
  void lyingLengthInAShortStreamAllocatesLittle() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ChunkWriter chunks = new ChunkWriter(out);
    chunks.preamble(HEADER);
    chunks.putByte(StreamFormat.LIVE);
    chunks.putInt(1);
    chunks.putByte((byte) 'a');
    chunks.putLong(1);
    chunks.putLong(0);
    chunks.putInt(StreamFormat.MAX_VALUE_BYTES);
    chunks.end(1);

    // The test JVM has 1 GiB of heap: an array of that length would be an OutOfMemoryError.
    assertThatThrownBy(() -> readAll(open(out.toByteArray())))
        .isInstanceOf(SnapshotFormatException.class)
        .hasMessageContaining("inside a record");
  }

  @Test
  void wellFormedStreamThatBreaksAnInvariantIsRefused() {
    assertRefused(chunks -> chunks.putByte((byte) 4), "kind 4");
    assertRefused(chunks -> large(chunks, 0, 7), "length 0 and id 7");
    assertRefused(chunks -> large(chunks, 1, -7), "length 1 and id -7");
    assertRefused(chunks -> chunks.putLong(0x00_FFFFFFFF_000000L), "key of 4294967295 bytes");
    assertRefused(chunks -> tombstone(chunks, "", 1), "key has 0 bytes");
    assertRefused(chunks -> tombstone(chunks, "61", -1), "negative");
    assertRefused(chunks -> tombstone(chunks, "61", 41), "above lastCommitTs");
    assertRefused(chunks -> state(chunks, ""), "key has 0 bytes");
    assertRefused(
        chunks -> {
          state(chunks, "61");
          tombstone(chunks, "62", 1);
        },
        "versions stand before all state records");
    assertRefused(
        chunks -> {
          state(chunks, "61");
          state(chunks, "61");
        },
        "out of order");
    assertRefused(
        chunks -> {
          tombstone(chunks, "62", 1);
          tombstone(chunks, "61", 1);
        },
        "out of order");
    assertRefused(
        chunks -> {
          tombstone(chunks, "61", 1);
          tombstone(chunks, "61", 1);
        },
        "out of order");
    assertRefused(chunks -> {}, "holds 0 records and claims 9");
  }

  @Test
  void writerRefusesWhatNoReaderWouldTakeAndGoesOn() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotWriter writer = new SnapshotWriter(out, HEADER);
    writer.add(RECORDS.get(1));

    assertThatThrownBy(() -> writer.add(RECORDS.get(1)))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> writer.add(RECORDS.get(0)))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> writer.add(VersionRecord.tombstone(bytes("62"), 41)))
        .isInstanceOf(InvalidArgumentException.class);

    writer.add(RECORDS.get(2));
    writer.finish();
    assertThat(readAll(open(out.toByteArray()))).isEqualTo(RECORDS.subList(1, 3));
    assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stateRecordsStandBehindAllVersions() {
    StateRecord state = new StateRecord(bytes("00FF"), bytes("01"));
    StateRecord empty = new StateRecord(bytes("61"), bytes(""));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotWriter writer = new SnapshotWriter(out, HEADER);
    writer.add(RECORDS.get(5));
    writer.add(state);
    assertThatThrownBy(() -> writer.add(state)).isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> writer.add(RECORDS.get(5)))
        .isInstanceOf(InvalidArgumentException.class);
    writer.add(empty);
    writer.finish();

    SnapshotReader reader = open(out.toByteArray());
    assertThat(reader.next()).isEqualTo(RECORDS.get(5));
    assertThat(reader.next()).isEqualTo(state);
    assertThat(reader.next()).isEqualTo(empty);
    assertThat(reader.next()).isNull();
  }

  @Test
  void failureOfTheUnderlyingStreamIsPassedOn() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space");
          }
        };
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("reset");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("reset");
          }
        };

    assertThatThrownBy(() -> new SnapshotWriter(full, HEADER))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> new SnapshotReader(broken)).isInstanceOf(UncheckedIOException.class);
  }

  /** A stream with good checksums around these bytes, and a claim of 9 records. */
  private static void assertRefused(Consumer<ChunkWriter> body, String why) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ChunkWriter chunks = new ChunkWriter(out);
    chunks.preamble(HEADER);
    body.accept(chunks);
    chunks.end(9);
    assertThatThrownBy(() -> readAll(open(out.toByteArray())))
        .isInstanceOf(SnapshotFormatException.class)
        .hasMessageContaining(why);
  }

  private static void tombstone(ChunkWriter chunks, String key, long commitTs) {
    chunks.putByte(StreamFormat.TOMBSTONE);
    chunks.putInt(bytes(key).length);
    chunks.put(bytes(key));
    chunks.putLong(commitTs);
  }

  private static byte[] write(SnapshotHeader header, List<VersionRecord> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotWriter writer = new SnapshotWriter(out, header);
    records.forEach(writer::add);
    writer.finish();
    return out.toByteArray();
  }

  private static SnapshotReader open(byte[] stream) {
    return new SnapshotReader(new ByteArrayInputStream(stream));
  }

  private static List<StreamRecord> readAll(SnapshotReader reader) {
    List<StreamRecord> records = new ArrayList<>();
    for (StreamRecord record = reader.next(); record != null; record = reader.next()) {
      records.add(record);
    }
    return records;
  }

  private static void large(ChunkWriter chunks, long length, long id) {
    chunks.putByte(StreamFormat.LARGE);
    chunks.putInt(1);
    chunks.putByte((byte) 'a');
    chunks.putLong(1);
    chunks.putLong(0);
    chunks.putLong(length);
    chunks.putLong(id);
  }

  private static void state(ChunkWriter chunks, String key) {
    chunks.putByte(StreamFormat.STATE);
    chunks.putInt(bytes(key).length);
    chunks.put(bytes(key));
    chunks.putInt(0);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** As a slow network hands bytes over. */
  private static final class OneByteAtATime extends InputStream {

    private final ByteArrayInputStream in;

    OneByteAtATime(byte[] bytes) {
      this.in = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      return in.read(bytes, offset, Math.min(1, length));
    }
  }
}
