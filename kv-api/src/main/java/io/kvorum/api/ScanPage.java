// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.List;
import java.util.Optional;

/**
 * One page of a scan.
 *
 * <p>Example: {@link ScanToken}.
 *
 * @param entries the keys of this page, in the order of the scan
 * @param next where the scan goes on; empty when this page was the last
 */
public record ScanPage(List<KeyValue> entries, Optional<ScanToken> next) {

  public ScanPage {
    entries = List.copyOf(entries);
  }
}
