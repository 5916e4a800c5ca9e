// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvorum.api.LogPosition;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A manifest of any text: refused as an argument, or read to what encodes to the same text. */
class CheckpointManifestFuzzTest {

  private static final String HEAD = "kvorum-checkpoint 1\n";

  static Stream<byte[]> manifests() {
    CheckpointManifest manifest =
        new CheckpointManifest(
            new LogPosition(3, 17),
            List.of(new CheckpointManifest.Entry("store/000009.sst", 77, "ab", "cd")));
    String whole = new String(manifest.encode(), UTF_8);
    return Stream.of(
            whole,
            whole.substring(0, whole.indexOf("end ")),
            "",
            HEAD,
            HEAD + "position\n",
            HEAD + "position 1\n",
            HEAD + "position 1 x\n",
            HEAD + "position -1 2\n",
            HEAD + "position 1 2\nfile 7\n",
            HEAD + "position 1 2\nfile 7 a b ../c\n",
            HEAD + "position 1 2\nfile 7 a b /c\n",
            HEAD + "position 1 2\nfile 7 a b c\0d\n")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("manifests")
  @FuzzTest
  void manifest(byte[] bytes) throws NoSuchAlgorithmException {
    String text = new String(bytes, UTF_8);
    decode(text);
    decode(text + endOf(text)); // past the hash, to what it guards
  }

  private static void decode(String text) {
    CheckpointManifest manifest;
    try {
      manifest = CheckpointManifest.decode(text);
    } catch (IllegalArgumentException e) {
      return;
    }
    CheckpointManifest again = CheckpointManifest.decode(new String(manifest.encode(), UTF_8));
    assertThat(again).isEqualTo(manifest);
    for (CheckpointManifest.Entry file : manifest.files()) {
      assertThat(file.path()).isNotEmpty().doesNotStartWith("/").doesNotStartWith("..");
    }
  }

  private static String endOf(String body) throws NoSuchAlgorithmException {
    long lines = body.chars().filter(c -> c == '\n').count();
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(body.getBytes(UTF_8));
    return "end " + (lines - 2) + ' ' + HexFormat.of().formatHex(hash) + '\n';
  }
}
