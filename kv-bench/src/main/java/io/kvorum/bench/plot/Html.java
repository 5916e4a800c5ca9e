// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.plot;

/** Text inside a page or a drawing. */
public final class Html {

  private Html() {}

  /** The text, with nothing in it that would be markup. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
