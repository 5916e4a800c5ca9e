// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.raft.KvNode;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kv check} on stores and replicas, sound, broken, and not to be checked. */
final class CheckTest {

  private static final int SOUND = 0;
  private static final int BROKEN = 1;
  private static final int NOT_CHECKED = 2;
  private static final StoreOptions NOSYNC =
      StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);

  @TempDir Path dir;

  @Test
  void a_sound_store_is_counted_and_left_alone() throws IOException {
    Path store = dir.resolve("store");
    try (RocksMvccStore open = RocksMvccStore.open(store, NOSYNC)) {
      fill(open, 1, 20);
    }
    Map<String, String> before = tree(store);
    Run run = Run.of("check", store.toString());
    assertThat(run.out()).isEqualTo(store + ": sound, 10 keys, 20 versions\n");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(SOUND);
    assertThat(tree(store)).isEqualTo(before);
  }

  @Test
  void a_store_that_a_crash_left_with_a_torn_log_is_sound_and_left_alone() throws IOException {
    Path crashed = dir.resolve("crashed");
    try (RocksMvccStore open = RocksMvccStore.open(dir.resolve("store"), NOSYNC)) {
      fill(open, 1, 20);
      copy(dir.resolve("store"), crashed);
    }
    Path log = onlyFile(crashed, ".log");
    byte[] bytes = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(bytes, bytes.length - 3)); // into the last of 20 writes
    Map<String, String> before = tree(crashed);
    Run run = Run.of("check", crashed.toString());
    assertThat(run.out()).isEqualTo(crashed + ": sound, 10 keys, 19 versions\n");
    assertThat(run.code()).isEqualTo(SOUND);
    assertThat(tree(crashed)).isEqualTo(before);
  }

  @Test
  void a_flipped_bit_is_broken_and_its_file_is_named() throws IOException {
    Path store = dir.resolve("store");
    try (RocksMvccStore open = RocksMvccStore.open(store, NOSYNC)) {
      fill(open, 1, 20);
    }
    RocksMvccStore.open(store, NOSYNC).close(); // recovery writes the log into a table file
    List<Path> tables = find(store, path -> path.toString().endsWith(".sst"));
    Path table = tables.get(tables.size() - 1);
    flip(table, 20);
    Map<String, String> before = tree(store);
    Run run = Run.of("check", store.toString());
    assertThat(run.out()).startsWith(store + ": broken: ").contains(table.toString());
    assertThat(run.code()).isEqualTo(BROKEN);
    assertThat(tree(store)).isEqualTo(before);
  }

  @Test
  void what_is_open_or_no_store_cannot_be_checked() throws IOException {
    Path store = dir.resolve("store");
    try (RocksMvccStore open = RocksMvccStore.open(store, NOSYNC)) {
      assertNotChecked(store, "is open already");
      assertThat(open.lastCommitTs()).isZero();
    }
    Path empty = Files.createDirectory(dir.resolve("empty"));
    assertNotChecked(empty, "neither a store nor a replica's data directory");
    assertThat(empty).isEmptyDirectory();
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertNotChecked(file, "is no directory");
  }

  @Test
  void all_that_a_replica_has_stored_is_checked() throws IOException {
    Path data = dir.resolve("data");
    try (KvNode node = KvNode.builder().dataDir(data).checkpointEvery(10).start()) {
      for (int i = 0; i < 25; i++) {
        node.kv().put(("k" + i).getBytes(UTF_8), new byte[] {1});
      }
      assertNotChecked(data, "is open already");
    }
    Map<String, String> before = tree(data);
    Run sound = Run.of("check", data.toString());
    assertThat(sound.err()).isEmpty();
    assertThat(sound.out())
        .contains(data.resolve("store") + ": sound, 25 keys, 25 versions\n")
        .contains(data.resolve("local") + ": sound, 0 keys, 0 versions\n")
        .containsPattern("checkpoint-\\d+_\\d+: sound, ");
    assertThat(sound.code()).isEqualTo(SOUND);
    assertThat(tree(data)).isEqualTo(before);

    Path manifest =
        find(data, path -> path.toString().matches(".*/checkpoint-[0-9_]+/MANIFEST")).get(0);
    flip(manifest, 30);
    Run broken = Run.of("check", data.toString());
    assertThat(broken.out()).contains(": broken: " + manifest + " is damaged").contains("sound");
    assertThat(broken.code()).isEqualTo(BROKEN);
  }

  private static void assertNotChecked(Path path, String sentence) {
    Run run = Run.of("check", path.toString());
    assertThat(run.err()).startsWith("kv: " + path).contains(sentence).hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(NOT_CHECKED);
  }

  private static void fill(RocksMvccStore store, int from, int to) {
    for (int i = from; i <= to; i++) {
      byte[] key = {(byte) ('a' + i % 10)};
      store.applyMutationsRaft(
          new LogPosition(1, i), List.of(Mutation.put(key, new byte[] {1})), List.of(), i, i);
    }
  }

  private interface Filter {
    boolean matches(Path path);
  }

  private static List<Path> find(Path root, Filter filter) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).filter(filter::matches).sorted().toList();
    }
  }

  private static Path onlyFile(Path root, String suffix) throws IOException {
    List<Path> found = find(root, path -> path.toString().endsWith(suffix));
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static void flip(Path file, int offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= 1;
    Files.write(file, bytes);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  /** Every path below the root, with its bytes and the time of its last change. */
  private static Map<String, String> tree(Path root) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        String bytes =
            Files.isDirectory(file) ? "" : HexFormat.of().formatHex(Files.readAllBytes(file));
        tree.put(file.toString(), Files.getLastModifiedTime(file) + " " + bytes);
      }
    }
    return tree;
  }
}
