// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. The file system lies in an image on a tmpfs, mounted through a loop device
 * in the mount namespace of a shell that this process keeps. All of it vanishes with the shell, so
 * nothing is left behind however this process ends. The shutdown is the kernel's own: from the
 * ioctl on nothing reaches the image, not even the journal, and every call fails.
 */

/**
 * A real ext4 that can lose its power while processes write to it: what they did not fsync is lost
 * as the kernel loses it. Needs root. One thread.
 *
 * <p>Only what was acknowledged before {@link #losePower} counts as promised: a sync that is under
 * way at that moment may report success and be lost.
 *
 * <pre>{@code
 * try (ChildJvm child = ChildJvm.startInside(disk, player, arguments, acks)) {
 *   await().atMost(LIMIT).until(() -> !child.isAlive() || count(acks) > after);
 *   acknowledged = Acknowledgements.read(acks); // before the power goes: those count
 *   checkSome(acknowledged, child);
 *   disk.losePower();
 * }
 * disk.restorePower(); // now a second child looks for what was acknowledged
 * }</pre>
 */
public final class Disk implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;
  private static final String END = "end-of-command ";
  private static final List<String> TOOLS =
      List.of("unshare", "nsenter", "mount", "mkfs.ext4", "perl");

  /** EXT4_IOC_SHUTDOWN, which is _IOR('X', 125, __u32), with flag 2: the journal is not flushed. */
  private static final String SHUTDOWN =
      "perl -e 'open(my $f, \"<\", $ARGV[0]) or die $!; my $flag = pack(\"L\", 2);"
          + " ioctl($f, 0x8004587D, $flag) or die $!' ";

  private final Process shell;
  private final Writer commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Path folder;

  private Disk(Process shell, Path folder) {
    this.shell = shell;
    this.commands = shell.outputWriter(StandardCharsets.UTF_8);
    this.folder = folder;
    Thread reader = new Thread(this::read, "disk-shell");
    reader.setDaemon(true);
    reader.start();
  }

  /** Why there can be none here, in one line; empty when there can. */
  public static Optional<String> unavailableReason() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("a file system is only shut down by root");
    }
    for (String tool : TOOLS) {
      if (find(tool).isEmpty()) {
        return Optional.of(tool + " is missing; install mount, e2fsprogs and perl");
      }
    }
    try (Disk disk = open()) {
      disk.losePower();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("this machine cannot shut an ext4 down: " + firstLine(e));
    }
  }

  /** An empty file system. */
  public static Disk open() throws IOException {
    Path folder = Files.createTempDirectory("kvorum-disk");
    Process shell =
        new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh")
            .redirectErrorStream(true)
            .start();
    Disk disk = new Disk(shell, folder);
    try {
      disk.run("mount -t tmpfs -o size=768m tmpfs " + folder);
      disk.run("truncate -s 512M " + disk.image());
      disk.run(find("mkfs.ext4").orElse("mkfs.ext4") + " -q -F " + disk.image());
      disk.run("mkdir " + disk.root());
      disk.mount();
      return disk;
    } catch (IOException | RuntimeException e) {
      disk.close();
      throw e;
    }
  }

  /** Where it is mounted, for processes that were started with {@link #inside}. */
  public Path root() {
    return folder.resolve("disk");
  }

  /** What goes in front of the command of a process that is to see it. */
  public List<String> inside() {
    return List.of("nsenter", "-m", "-t", Long.toString(shell.pid()), "--");
  }

  /** Shuts it down. Whoever uses it gets errors from now on, and must end before it is mounted. */
  public void losePower() throws IOException {
    run(SHUTDOWN + root());
  }

  /** Mounts what is left, which replays the journal. Nobody may use it meanwhile. */
  public void restorePower() throws IOException {
    run("umount " + root());
    mount();
  }

  @Override
  public void close() throws IOException {
    shell.destroyForcibly();
    try {
      if (!shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the shell that holds the disk survived a kill");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(folder);
  }

  private void mount() throws IOException {
    run("mount -t ext4 -o loop " + image() + " " + root());
  }

  private Path image() {
    return folder.resolve("image");
  }

  private void run(String command) throws IOException {
    commands.write(command + " </dev/null; echo " + END + "$?\n");
    commands.flush();
    List<String> output = new ArrayList<>();
    try {
      while (true) {
        String line = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
          throw new IOException(command + " did not end within " + PATIENCE_SECONDS + " s");
        } else if (line.equals(END + "0")) {
          return;
        } else if (line.startsWith(END)) {
          throw new IOException(command + ": " + String.join(" ", output));
        }
        output.add(line);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during " + command, e);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8))) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.add(line);
      }
      answers.add(END + "the shell has ended");
    } catch (IOException e) {
      answers.add(END + e);
    }
  }

  /* mkfs is in a folder that is not on everybody's path. */
  private static Optional<String> find(String tool) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of((path + ":/usr/sbin:/sbin").split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, tool))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
