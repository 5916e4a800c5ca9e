// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.driver.CaseResult;
import io.kvorum.bench.driver.LoadCase;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one system gave.
 *
 * @param settings how it was set up
 * @param results of the cases that it offers; a case is missing when it could not be measured
 */
record SystemResult(String system, Map<String, String> settings, List<CaseResult> results) {

  Optional<CaseResult> of(LoadCase load) {
    return results.stream().filter(result -> result.load().equals(load)).findFirst();
  }
}
