// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.driver.LoadFailedException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a system needs on this machine. */
final class PeerClassPath {

  /** The source tree, told by the kv script. */
  private static final String ROOT_PROPERTY = "kv.root";

  private PeerClassPath() {}

  /**
   * The class path of a system's process.
   *
   * @throws LoadFailedException if the system cannot run here, with the reason
   */
  static String of(PeerSystem system) {
    String program = system.program();
    if (program != null && !isOnPath(program)) {
      throw new LoadFailedException("there is no program " + program + " on the PATH", null);
    }
    String own = System.getProperty("java.class.path");
    if (system.module() == null) {
      return own;
    }
    String root = System.getProperty(ROOT_PROPERTY);
    if (root == null) {
      throw new LoadFailedException("run it by the kv script, which builds it", null);
    }
    Path target = Path.of(root, "kv-bench", "peers", system.module(), "target");
    try {
      // The driver's classes are ours, and come without anything that we depend on.
      return target.resolve("classes")
          + File.pathSeparator
          + Files.readString(target.resolve("kv").resolve("dependencies")).strip();
    } catch (IOException e) {
      throw new LoadFailedException(
          "it was not built, see " + Path.of(root, "kv-bench", "target", "kv", "build.log"), e);
    }
  }

  private static boolean isOnPath(String program) {
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
