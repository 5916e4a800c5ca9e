// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Implementation notes. RocksDB's point-in-time recovery ends at the first record that is not whole,
 * so what lies behind it is lost whether or not it is cut off here. It must be cut off because
 * recovery of RocksDB 11.8 never ends on some logs whose tail is random bytes: seen within 40 tries
 * of up to 200 kB of them. And it must be cut off because RocksDB steps over zeros where a record
 * should begin, as a page that was never written back has them, and replays what follows the gap.
 * The format of a log, from RocksDB's public description of it:
 *
 *   log    := block*                        each 32 KiB, the last one shorter
 *   block  := record* trailer               trailer: fewer bytes than a header, ignored
 *   record := u32 maskedCrc  u16 length  u8 type  [u32 logNumber]  payload     little-endian
 *
 * The log number is there in the recyclable types. The checksum, a masked CRC-32C, covers all from
 * the type on.
 */

/**
 * Looks at the write-ahead logs before RocksDB does: what follows the last whole record is cut off
 * if an interrupted write can have left it, and refused as damage if not.
 *
 * <p>The rule. Appended bytes that did not reach the disk are missing at the end of the file, or
 * are zeros up to the end of a 512-byte sector. So a record that is not whole was interrupted when
 * it reaches into the last 4 KiB of the file, or when a sector it lies in ends in a zero. Anything
 * else was whole once and is damaged. Damage that looks like an interrupted write is cut off, with
 * a warning.
 */
final class WalTail {

  private static final Logger LOG = LoggerFactory.getLogger(WalTail.class);

  static final int BLOCK = 32 * 1024;
  private static final int HEADER = 7;
  private static final int RECYCLABLE_HEADER = HEADER + Integer.BYTES;
  private static final int SECTOR = 512;
  private static final int LAST_BYTES = 4096;
  private static final int CRC_MASK = 0xa282ead8;

  private WalTail() {}

  /**
   * Checks the logs of a database that is not open; what is cut off is cut durably on return.
   *
   * @throws StoreCorruptException if a log is damaged, naming it and where; it is left as it is
   */
  static void check(Path database) {
    try (Stream<Path> files = Files.list(database)) {
      List<Path> logs = files.filter(WalTail::isLog).toList();
      for (Path log : logs) {
        checkLog(log);
      }
    } catch (IOException e) {
      throw FailStop.translate(database, "checking the logs", e);
    }
  }

  static boolean isLog(Path file) {
    return file.getFileName().toString().matches("[0-9]+\\.log");
  }

  /**
   * How much of a log {@link #check} would keep; changes nothing.
   *
   * @throws StoreCorruptException if it is damaged, naming it and where
   */
  static long wholeLength(Path log) throws IOException {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
      return wholeLength(log, channel);
    }
  }

  private static long wholeLength(Path log, FileChannel channel) throws IOException {
    long size = channel.size();
    long end = endOfWholeRecords(channel);
    if (end < size && !isInterruptedWrite(channel, end, size)) {
      throw new StoreCorruptException(
          "the log "
              + log
              + " is damaged at offset "
              + end
              + ": a record does not verify, and it is no write that was interrupted; move the"
              + " directory away and restore it from a snapshot or from another replica",
          null);
    }
    return end;
  }

  private static void checkLog(Path log) throws IOException {
    try (FileChannel channel =
        FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      long end = wholeLength(log, channel);
      if (end < size) {
        LOG.warn(
            "{}: cutting off {} bytes behind the last whole record at {}: a write was interrupted",
            log,
            size - end,
            end);
        channel.truncate(end);
        channel.force(true);
      }
    }
  }

  /** The rule of the class, for the record that begins at {@code at}. */
  private static boolean isInterruptedWrite(FileChannel channel, long at, long size)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    long start = at - at % BLOCK;
    int length = read(channel, block, start);
    int offset = (int) (at - start);
    int end =
        length - offset < HEADER ? length : Math.min(length, offset + lengthAt(block, offset));
    if (start + end >= size - LAST_BYTES) {
      return true;
    }
    for (int sector = offset - offset % SECTOR; sector < end; sector += SECTOR) {
      if (block.get(sector + SECTOR - 1) == 0) {
        return true;
      }
    }
    return false;
  }

  /** The length that the record claims, with its header. */
  private static int lengthAt(ByteBuffer block, int at) {
    int type = block.get(at + 6) & 0xFF;
    return (isRecyclable(type) ? RECYCLABLE_HEADER : HEADER)
        + Short.toUnsignedInt(block.getShort(at + 4));
  }

  /** Where the first record that is not whole begins; the size when all are. */
  static long endOfWholeRecords(FileChannel channel) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    for (long start = 0; ; start += BLOCK) {
      block.clear();
      int length = read(channel, block, start);
      int at = 0;
      while (length - at >= HEADER) {
        int recordLength = wholeRecordAt(block, at, length);
        if (recordLength < 0) {
          return start + at;
        }
        at += recordLength;
      }
      if (length < BLOCK) {
        return start + at; // what is left is less than a header: a torn one, or nothing
      }
    }
  }

  private static int read(FileChannel channel, ByteBuffer block, long position) throws IOException {
    while (block.hasRemaining()) {
      if (channel.read(block, position + block.position()) < 0) {
        break;
      }
    }
    return block.position();
  }

  /** The length of the record with its header, or -1 when it is not whole. */
  private static int wholeRecordAt(ByteBuffer block, int at, int blockLength) {
    int type = block.get(at + 6) & 0xFF;
    int total = lengthAt(block, at);
    if (type == 0 || at + total > blockLength) {
      return -1;
    }
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate().limit(at + total).position(at + 6));
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    return masked == block.getInt(at) ? total : -1;
  }

  private static boolean isRecyclable(int type) {
    return (type >= 5 && type <= 8) || type == 11 || type == 131;
  }
}
