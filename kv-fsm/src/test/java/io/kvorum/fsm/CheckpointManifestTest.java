// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.LogPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointManifestTest {

  private static final LogPosition POSITION = new LogPosition(3, 17);

  @TempDir Path dir;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(dir.resolve("store/deep"));
    Files.writeString(dir.resolve("store/CURRENT"), "MANIFEST-000004\n");
    Files.writeString(dir.resolve("store/deep/empty"), "");
    Files.writeString(dir.resolve("store/end 1 x"), "a name with blanks");
  }

  @Test
  void decodesWhatWasEncoded() throws IOException {
    CheckpointManifest manifest = CheckpointManifest.describe(dir, POSITION, null);

    assertThat(CheckpointManifest.decode(new String(manifest.encode(), UTF_8))).isEqualTo(manifest);
    assertThat(manifest.files())
        .extracting(CheckpointManifest.Entry::path)
        .containsExactly("store/CURRENT", "store/deep/empty", "store/end 1 x");
    manifest.verify(dir);
  }

  @Test
  void anyChangedOrMissingByteOfTheManifestIsRefused() throws IOException {
    String text = new String(CheckpointManifest.describe(dir, POSITION, null).encode(), UTF_8);
    for (int i = 0; i < text.length(); i++) {
      String cut = text.substring(0, i);
      String flipped = cut + (char) (text.charAt(i) ^ 1) + text.substring(i + 1);
      assertThatThrownBy(() -> CheckpointManifest.decode(cut))
          .as("cut at %d", i)
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> CheckpointManifest.decode(flipped))
          .as("flipped at %d", i)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesPathsThatLeaveTheCheckpoint() {
    for (String path : new String[] {"../x", "/etc/x", "a/../../x", "", "./x"}) {
      CheckpointManifest.Entry entry = new CheckpointManifest.Entry(path, 0, "00", "00");
      CheckpointManifest manifest = new CheckpointManifest(POSITION, java.util.List.of(entry));
      assertThatThrownBy(() -> CheckpointManifest.decode(new String(manifest.encode(), UTF_8)))
          .as("path '%s'", path)
          .hasMessageContaining("leaves the checkpoint");
    }
  }

  @Test
  void verifyNamesTheFileThatDiffers() throws IOException {
    CheckpointManifest manifest = CheckpointManifest.describe(dir, POSITION, null);
    Path file = dir.resolve("store/CURRENT");

    Files.writeString(file, "MANIFEST-000005\n");
    assertThatThrownBy(() -> manifest.verify(dir)).hasMessageContaining("CURRENT is damaged");
    Files.writeString(file, "MANIFEST");
    assertThatThrownBy(() -> manifest.verify(dir)).hasMessageContaining("8 bytes, not 16");
    Files.delete(file);
    assertThatThrownBy(() -> manifest.verify(dir)).hasMessageContaining("CURRENT is missing");
  }

  @Test
  void removesOnlyWhatIsNotListed() throws IOException {
    CheckpointManifest manifest = CheckpointManifest.describe(dir, POSITION, null);
    Files.write(dir.resolve(CheckpointManifest.FILE_NAME), manifest.encode());
    Files.writeString(dir.resolve("store/CURRENT.md5"), "x");

    manifest.removeUnlisted(dir);

    assertThat(dir.resolve("store/CURRENT.md5")).doesNotExist();
    assertThat(CheckpointManifest.read(dir)).isEqualTo(manifest);
    manifest.verify(dir);
  }

  /** What was not read again has the hash that the earlier manifest says, which no content has. */
  @Test
  void aTableThatTheEarlierCheckpointHoldsIsNotReadAgain(@TempDir Path other) throws IOException {
    Files.createDirectories(other.resolve("store"));
    for (String name : new String[] {"linked.sst", "copied.sst", "linked.log"}) {
      Files.writeString(dir.resolve("store").resolve(name), name);
    }
    for (String name : new String[] {"linked.sst", "linked.log"}) {
      Files.createLink(other.resolve("store").resolve(name), dir.resolve("store").resolve(name));
    }
    Files.writeString(other.resolve("store/copied.sst"), "copied.sst");
    Files.writeString(other.resolve("store/new.sst"), "new.sst");
    CheckpointManifest earlier =
        new CheckpointManifest(
            POSITION,
            CheckpointManifest.describe(dir, POSITION, null).files().stream()
                .map(file -> new CheckpointManifest.Entry(file.path(), file.size(), "aa", "bb"))
                .toList());

    CheckpointManifest later =
        CheckpointManifest.describe(other, POSITION, new Checkpoint(dir, earlier));

    assertThat(later.files())
        .filteredOn(file -> file.sha256().equals("aa") && file.md5().equals("bb"))
        .extracting(CheckpointManifest.Entry::path)
        .containsExactly("store/linked.sst");
    assertThat(later.files())
        .extracting(CheckpointManifest.Entry::path)
        .containsExactly(
            "store/copied.sst", "store/linked.log", "store/linked.sst", "store/new.sst");
  }
}
