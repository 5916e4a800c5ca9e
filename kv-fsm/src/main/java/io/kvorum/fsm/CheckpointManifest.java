// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint holds: its log position, and every file with its size and hashes. Written last,
 * as the file {@value #FILE_NAME}: a directory without one is no checkpoint.
 *
 * <pre>
 *   kvorum-checkpoint 1
 *   position TERM INDEX
 *   file SIZE SHA256 MD5 PATH          for each file, by path; PATH is relative, with '/'
 *   end COUNT SHA256                   files, and the hash of all bytes before this line
 * </pre>
 *
 * <p>ASCII but for the paths, which are UTF-8; one line feed after each line. SHA-256 is what a
 * replica trusts; MD5 is there because Ratis sends it along with the file. Version 1 is the first.
 *
 * @param position of the last entry that the checkpoint holds
 */
record CheckpointManifest(LogPosition position, List<Entry> files) {

  static final String FILE_NAME = "MANIFEST";

  private static final String HEAD = "kvorum-checkpoint 1";
  private static final int BUFFER_BYTES = 1 << 16;
  private static final long MAX_BYTES = 64L << 20;
  private static final String TABLE_SUFFIX = ".sst";

  /** One file: its path below the checkpoint, and hashes in lower-case hex. */
  record Entry(String path, long size, String sha256, String md5) {}

  CheckpointManifest {
    files = List.copyOf(files);
  }

  /**
   * Describes the files below {@code dir}, which has no manifest yet. A table file that the earlier
   * checkpoint holds too, as a link to the same file, is not read again: nobody changes one once it
   * is written, and who verifies this checkpoint reads it.
   *
   * @param earlier null: read every file
   */
  static CheckpointManifest describe(Path dir, LogPosition position, @Nullable Checkpoint earlier)
      throws IOException {
    Map<String, Entry> tables = earlier == null ? Map.of() : earlier.manifest().tables();
    Path before = earlier == null ? dir : earlier.dir();
    List<Entry> entries = new ArrayList<>();
    for (Path file : regularFiles(dir)) {
      String path = relative(dir, file);
      if (path.chars().anyMatch(Character::isISOControl)) {
        throw new IOException("a file name with a control character: " + file);
      }
      Entry table = tables.get(path);
      if (table == null || !isLinked(before.resolve(path), file)) {
        table = entry(path, file);
      }
      entries.add(table);
    }
    return new CheckpointManifest(position, entries);
  }

  private Map<String, Entry> tables() {
    return files.stream()
        .filter(file -> file.path().endsWith(TABLE_SUFFIX))
        .collect(Collectors.toMap(Entry::path, file -> file));
  }

  private static boolean isLinked(Path earlier, Path file) throws IOException {
    return Files.exists(earlier) && Files.isSameFile(earlier, file);
  }

  /** Reads the manifest of a checkpoint; a damaged one is an {@link IOException} that says so. */
  static CheckpointManifest read(Path dir) throws IOException {
    Path file = dir.resolve(FILE_NAME);
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is damaged: it is longer than " + MAX_BYTES + " bytes");
    }
    try {
      return decode(Files.readString(file, UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  /** Reads every file again; throws an {@link IOException} that names the first that differs. */
  void verify(Path dir) throws IOException {
    for (Entry expected : files) {
      Path file = dir.resolve(expected.path());
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(file + " is missing");
      }
      long size = Files.size(file);
      if (size != expected.size()) {
        throw new IOException(file + " has " + size + " bytes, not " + expected.size());
      }
      if (!entry(expected.path(), file).sha256().equals(expected.sha256())) {
        throw new IOException(file + " is damaged: its SHA-256 is not that of the manifest");
      }
    }
  }

  /** Deletes what is not in the manifest, such as the hash files a transfer leaves. */
  void removeUnlisted(Path dir) throws IOException {
    Set<String> listed = files.stream().map(Entry::path).collect(Collectors.toSet());
    for (Path file : regularFiles(dir)) {
      String path = relative(dir, file);
      if (!path.equals(FILE_NAME) && !listed.contains(path)) {
        Files.delete(file);
      }
    }
  }

  byte[] encode() {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    text.append("position ").append(position.term()).append(' ').append(position.index());
    text.append('\n');
    for (Entry file : files) {
      text.append("file ").append(file.size()).append(' ').append(file.sha256()).append(' ');
      text.append(file.md5()).append(' ').append(file.path()).append('\n');
    }
    String body = text.toString();
    return (body + end(body, files.size())).getBytes(UTF_8);
  }

  static CheckpointManifest decode(String text) {
    int endLine = text.lastIndexOf("end ");
    String body = text.substring(0, Math.max(endLine, 0));
    String[] lines = body.split("\n", -1);
    if (!lines[0].equals(HEAD) || lines.length < 3) {
      throw new InvalidArgumentException("it does not begin with '" + HEAD + "' and a position");
    }
    int count = lines.length - 3;
    if (!text.substring(endLine).equals(end(body, count))) {
      throw new InvalidArgumentException("its hash does not match its content");
    }
    String[] position = words(lines[1], "position", 3);
    List<Entry> files = new ArrayList<>(count);
    for (int i = 2; i < lines.length - 1; i++) {
      String[] words = words(lines[i], "file", 5);
      checkPath(words[4]);
      files.add(new Entry(words[4], Long.parseLong(words[1]), words[2], words[3]));
    }
    return new CheckpointManifest(
        new LogPosition(Long.parseLong(position[1]), Long.parseLong(position[2])), files);
  }

  private static String[] words(String line, String first, int count) {
    String[] words = line.split(" ", count);
    if (words.length != count || !words[0].equals(first)) {
      throw new InvalidArgumentException(
          "the line '" + line + "' is no " + first + " of " + count + " words");
    }
    return words;
  }

  /* The manifest may come from another machine: it must not reach outside the checkpoint. */
  private static void checkPath(String path) {
    Path relative = Path.of(path);
    if (path.isEmpty()
        || relative.isAbsolute()
        || !relative.normalize().equals(relative)
        || relative.startsWith("..")) {
      throw new InvalidArgumentException("the path '" + path + "' leaves the checkpoint");
    }
  }

  private static String end(String body, int count) {
    byte[] hash = digest("SHA-256").digest(body.getBytes(UTF_8));
    return "end " + count + ' ' + HexFormat.of().formatHex(hash) + '\n';
  }

  private static Entry entry(String path, Path file) throws IOException {
    MessageDigest sha256 = digest("SHA-256");
    MessageDigest md5 = digest("MD5");
    long size = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        md5.update(buffer, 0, n);
        size += n;
      }
    }
    HexFormat hex = HexFormat.of();
    return new Entry(path, size, hex.formatHex(sha256.digest()), hex.formatHex(md5.digest()));
  }

  private static List<Path> regularFiles(Path dir) throws IOException {
    try (Stream<Path> paths = Files.walk(dir)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String relative(Path dir, Path file) {
    return dir.relativize(file).toString().replace('\\', '/');
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
