// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlockDeviceTest {

  @TempDir Path folder;

  @Test
  void bytesAreTheSectorsThatWereWritten() throws Exception {
    device("8:17", "     1 2  3 4 5 6 1000 8 9 10 11 12 13 14 15 16 17\n");
    BlockDevice device = BlockDevice.of(folder, folder, "8:17");
    assertThat(device.settledBytes()).isEqualTo(512_000);
    assertThat(device.source()).contains(folder.toString(), "8:17", "sectors written");
  }

  @Test
  void whereThereIsNoDeviceItSaysSo() throws Exception {
    BlockDevice device = BlockDevice.of(folder, folder, "0:42");
    assertThat(device.settledBytes()).isNull();
    assertThat(device.source())
        .contains("not counted", folder + " is on no block device of its own (0:42)", "--dir");
  }

  @Test
  void whereTheCountsCannotBeReadItSaysSo() throws Exception {
    device("8:1", "1 2 3\n");
    BlockDevice device = BlockDevice.of(folder, folder, "8:1");
    assertThat(device.settledBytes()).isNull();
    assertThat(device.source()).contains("not counted", "stat cannot be read");
    Files.createDirectory(folder.resolve("8:2"));
    assertThat(BlockDevice.of(folder, folder, "8:2").source()).contains("stat cannot be read");
  }

  @Test
  void theNumbersOfADeviceAreUnpacked() {
    assertThat(BlockDevice.numbers(0x801)).isEqualTo("8:1");
    assertThat(BlockDevice.numbers(0xfe00)).isEqualTo("254:0");
    assertThat(BlockDevice.numbers(0x10_0103L << 8)).isEqualTo("259:65536");
  }

  @Test
  void thisFolderHasADeviceOrAReason() throws Exception {
    BlockDevice device = BlockDevice.of(folder);
    Long before = device.settledBytes();
    assertThat(device.source()).startsWith("device bytes: ");
    if (before != null) {
      Files.write(folder.resolve("x"), new byte[1 << 20]);
      assertThat(device.settledBytes()).isGreaterThanOrEqualTo(before + (1 << 20));
    }
  }

  private void device(String numbers, String stat) throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve(numbers)).resolve("stat"), stat);
  }
}
