// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.StoreLockedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {

  @TempDir Path dir;

  /** Closing any channel on the file would give the lock of the whole process up. */
  @Test
  void aRefusedSecondOpenerHereDoesNotLetAnotherProcessIn() throws Exception {
    try (DirectoryLock lock = DirectoryLock.take(dir)) {
      assertThat(lockedForAnotherProcess()).isTrue();
      assertThatThrownBy(() -> DirectoryLock.take(dir)).isInstanceOf(StoreLockedException.class);
      assertThat(lockedForAnotherProcess()).isTrue();
    }
    assertThat(lockedForAnotherProcess()).isFalse();
    DirectoryLock.take(dir).close();
  }

  @Test
  void remembersItsMark() throws IOException {
    try (DirectoryLock lock = DirectoryLock.take(dir)) {
      assertThat(lock.isMarked()).isFalse();
      lock.mark();
    }
    try (DirectoryLock lock = DirectoryLock.take(dir)) {
      assertThat(lock.isMarked()).isTrue();
    }
  }

  private boolean lockedForAnotherProcess() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TryLock.class.getName(),
                dir.resolve("LOCK").toString())
            .inheritIO()
            .start();
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return child.exitValue() == TryLock.LOCKED;
  }

  /** The other process. */
  static final class TryLock {

    static final int LOCKED = 3;

    private TryLock() {}

    public static void main(String[] args) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
        System.exit(channel.tryLock() == null ? LOCKED : 0);
      }
    }
  }
}
