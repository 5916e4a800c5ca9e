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
 * @param written of the cases that write; empty where the device does not count
 */
record SystemResult(
    String system, Map<String, String> settings, List<CaseResult> results, List<Written> written) {

  Optional<CaseResult> of(LoadCase load) {
    return results.stream().filter(result -> result.load().equals(load)).findFirst();
  }

  Optional<Double> bytesAnOperation(LoadCase load) {
    return written.stream()
        .filter(each -> each.load().equals(load))
        .map(Written::bytesAnOperation)
        .findFirst();
  }
}
