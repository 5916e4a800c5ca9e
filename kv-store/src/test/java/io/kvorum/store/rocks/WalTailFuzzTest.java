// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvorum.api.StoreCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A write-ahead log of any bytes: it is refused and left as it is, or cut to a prefix that is then
 * whole.
 */
class WalTailFuzzTest {

  static Stream<byte[]> logs() {
    byte[] two = logOf(2, 100);
    byte[] flipped = two.clone();
    flipped[50] ^= 1;
    byte[] longDamaged = logOf(300, 60);
    longDamaged[9_000] ^= 1;
    byte[] blocks = logOf(80, 1_000);
    byte[] zeroPage = blocks.clone();
    Arrays.fill(zeroPage, 8_192, 12_288, (byte) 0);
    byte[] endsInHeader = Arrays.copyOf(blocks, WalTail.BLOCK + 3);
    return Stream.of(
        new byte[0],
        two,
        Arrays.copyOf(two, 150),
        flipped,
        longDamaged,
        blocks,
        zeroPage,
        endsInHeader,
        new byte[5_000],
        new byte[2 * WalTail.BLOCK]);
  }

  @MethodSource("logs")
  @FuzzTest
  void log(byte[] bytes) throws IOException {
    Path dir = Files.createTempDirectory("kvorum-wal");
    Path log = dir.resolve("000007.log");
    try {
      Files.write(log, bytes);
      try {
        WalTail.check(dir);
        byte[] left = Files.readAllBytes(log);
        require(left.length <= bytes.length, "it grew");
        require(Arrays.equals(left, Arrays.copyOf(bytes, left.length)), "it is no prefix");
        WalTail.check(dir);
        require(Files.size(log) == left.length, "a second look cuts more");
      } catch (StoreCorruptException e) {
        require(Arrays.equals(Files.readAllBytes(log), bytes), "refused, and changed");
        require(String.valueOf(e.getMessage()).contains("000007.log"), "refused without its name");
      }
    } finally {
      Files.delete(log);
      Files.delete(dir);
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  /** A log of whole records of one length, as RocksDB writes them; a gap fills each block up. */
  private static byte[] logOf(int records, int payload) {
    ByteBuffer log = ByteBuffer.allocate(records * (payload + 14)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < records; i++) {
      int left = WalTail.BLOCK - log.position() % WalTail.BLOCK;
      if (left < 7 + payload) {
        break; // records across blocks are the business of WalTailTest
      }
      byte[] typed = new byte[1 + payload];
      Arrays.fill(typed, (byte) ('a' + i % 26));
      typed[0] = 1;
      CRC32C crc = new CRC32C();
      crc.update(typed);
      log.putInt(Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8);
      log.putShort((short) payload).put(typed);
    }
    return Arrays.copyOf(log.array(), log.position());
  }
}
