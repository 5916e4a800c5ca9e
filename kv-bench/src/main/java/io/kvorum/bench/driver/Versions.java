// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Versions of what is measured, as the build knew them. */
public final class Versions {

  private Versions() {}

  /** The version of {@code kvorum}, {@code ratis} or {@code rocksdb}. */
  public static String of(String name) {
    Properties versions = new Properties();
    try (InputStream file = Versions.class.getResourceAsStream("versions.properties")) {
      if (file != null) {
        versions.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions.getProperty(name, "unknown");
  }
}
