// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.testkit.GeneratedValue;
import io.kvorum.testkit.LocalCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page about large values shows, done. */
class LargeValuesGuideTest {

  private static final int LENGTH = 3 << 20;

  @TempDir Path folder;

  @Test
  void thePageDoesWhatItSays() throws IOException {
    Path file = folder.resolve("file");
    Path copy = folder.resolve("copy");
    try (InputStream in = new GeneratedValue(1, LENGTH).stream()) {
      assertThat(Files.copy(in, file)).isEqualTo(LENGTH);
    }
    byte[] small = "small".getBytes(UTF_8);
    byte[] large = "large".getBytes(UTF_8);
    try (LocalCluster cluster = LocalCluster.start(folder.resolve("data"), 1)) {
      LargeValuesGuide guide = new LargeValuesGuide(cluster.awaitKv());
      Commit unused = cluster.awaitKv().put(small, small);
      unused = guide.store(large, file);
      assertThat(guide.load(large, copy)).isTrue();
      assertThat(guide.load("absent".getBytes(UTF_8), copy)).isFalse();
      assertThat(guide.describe(large)).isEqualTo(LENGTH + " bytes, a large value");
      assertThat(guide.describe(small)).isEqualTo("5 bytes");
      assertThat(guide.list(KeyRange.all()))
          .containsExactly("large is large: " + LENGTH, "small: 5");
      unused = guide.storePatiently(small, file);
      assertThat(guide.describe(small)).contains("large");
    }
    assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
  }
}
