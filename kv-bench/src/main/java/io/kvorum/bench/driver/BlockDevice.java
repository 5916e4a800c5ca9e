// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The block device that holds a folder, and what was written to it, as Linux counts it: by
 * whomever, the journal of the file system included. Where there is no such count, as on an overlay
 * or in memory, it says why and tells nothing.
 *
 * @param folder a folder on it
 * @param stat the file with the counts; null where there is none
 * @param source in one line for the reader of a report, what the bytes are or why there are none
 */
public record BlockDevice(Path folder, @Nullable Path stat, String source) {

  private static final Path DEVICES = Path.of("/sys/dev/block");
  private static final int SECTOR_BYTES = 512; // whatever the device's own sectors are
  private static final int SECTORS_WRITTEN = 6;
  private static final long SYNC_MINUTES = 5;

  /** The device of a folder that is there. */
  public static BlockDevice of(Path folder) {
    long device;
    try {
      device = ((Number) Files.getAttribute(folder, "unix:dev")).longValue();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return unknown(folder, "the device of " + folder + " is not told here: " + e);
    }
    return of(folder, DEVICES, numbers(device));
  }

  /**
   * As {@link #of(Path)}.
   *
   * @param devices where each device has a folder, named after its numbers
   */
  static BlockDevice of(Path folder, Path devices, String numbers) {
    Path found = devices.resolve(numbers);
    if (!Files.exists(found)) {
      return unknown(
          folder,
          folder
              + " is on no block device of its own ("
              + numbers
              + "), but on an overlay, in"
              + " memory or the like: choose another --dir");
    }
    Path stat = found.resolve("stat");
    BlockDevice device =
        new BlockDevice(
            folder,
            stat,
            "device bytes: sectors written to the block device of "
                + folder
                + " ("
                + name(found)
                + "), by whomever: let nobody else write there");
    try {
      device.read(stat);
    } catch (IOException | RuntimeException e) {
      return unknown(folder, stat + " cannot be read: " + e);
    }
    return device;
  }

  /* As glibc packs major and minor number into one. */
  static String numbers(long device) {
    long major = ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL);
    long minor = (device & 0xff) | ((device >>> 12) & ~0xffL);
    return major + ":" + minor;
  }

  /**
   * Bytes that the device was told to write since the system started, after all that the file
   * system still held back was written; null where they are not counted.
   */
  public @Nullable Long settledBytes() throws IOException, InterruptedException {
    Path counts = stat;
    if (counts == null) {
      return null;
    }
    sync();
    return read(counts);
  }

  private long read(Path counts) throws IOException {
    String[] fields = Files.readString(counts).trim().split(" +", -1);
    return Math.multiplyExact(Long.parseLong(fields[SECTORS_WRITTEN]), SECTOR_BYTES);
  }

  /* There is no way to this call from Java. */
  private void sync() throws IOException, InterruptedException {
    Process sync = new ProcessBuilder("sync", "-f", folder.toString()).inheritIO().start();
    if (!sync.waitFor(SYNC_MINUTES, TimeUnit.MINUTES)) {
      sync.destroyForcibly();
      throw new IOException("the file system of " + folder + " was not written within 5 minutes");
    }
    if (sync.exitValue() != 0) {
      throw new IOException("sync -f " + folder + " ended with exit code " + sync.exitValue());
    }
  }

  private static String name(Path device) {
    try {
      return String.valueOf(device.toRealPath().getFileName());
    } catch (IOException e) {
      return device.toString();
    }
  }

  private static BlockDevice unknown(Path folder, String why) {
    return new BlockDevice(folder, null, "device bytes: not counted, " + why);
  }
}
