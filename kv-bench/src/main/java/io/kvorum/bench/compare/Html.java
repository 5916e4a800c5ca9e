// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

/** Text inside a page. */
final class Html {

  private Html() {}

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
