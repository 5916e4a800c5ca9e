// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.provider.MethodSource;

/** A segment of any bytes gets a verdict, and what is good of it is good without the rest. */
class SegmentScanFuzzTest {

  private static final int MAX_ENTRY_BYTES = 4_096;
  private static final byte[] HEADER = "RaftLog1".getBytes(US_ASCII);

  static Stream<byte[]> segments() {
    byte[] two = segment(100, 20);
    byte[] flipped = two.clone();
    flipped[30] ^= 1;
    return Stream.of(
        new byte[0],
        Arrays.copyOf(HEADER, 3),
        HEADER,
        two,
        Arrays.copyOf(two, two.length - 1),
        Arrays.copyOf(two, two.length + 4_096), // preallocated
        flipped,
        Arrays.copyOf(flipped, two.length + 600),
        new byte[600],
        new byte[] {'R', 'a', 'f', 't', 'L', 'o', 'g', '1', -1, -1, -1, -1, -1},
        new byte[] {'R', 'a', 'f', 't', 'L', 'o', 'g', '1', -1, -1, -1, -1, 127, 0});
  }

  @MethodSource("segments")
  @FuzzTest
  void segment(byte[] bytes) {
    SegmentScan.Verdict verdict = new SegmentScan(bytes, MAX_ENTRY_BYTES).run();
    assertThat(verdict.offset()).isBetween(0, bytes.length);
    if (verdict.offset() >= HEADER.length) {
      byte[] good = Arrays.copyOf(bytes, verdict.offset());
      SegmentScan.Verdict again = new SegmentScan(good, MAX_ENTRY_BYTES).run();
      assertThat(again)
          .isEqualTo(
              new SegmentScan.Verdict(SegmentScan.End.CLEAN, verdict.offset(), verdict.records()));
    }
  }

  private static byte[] segment(int... lengths) {
    ByteBuffer segment = ByteBuffer.allocate(10_000).put(HEADER);
    for (int length : lengths) {
      byte[] entry = new byte[1 + length];
      Arrays.fill(entry, (byte) 'e');
      entry[0] = (byte) length; // a varint of one byte
      CRC32C crc = new CRC32C();
      crc.update(entry);
      segment.put(entry).putInt((int) crc.getValue());
    }
    return Arrays.copyOf(segment.array(), segment.position());
  }
}
