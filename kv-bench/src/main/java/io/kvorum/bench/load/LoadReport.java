// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.load;

import io.kvorum.bench.driver.CaseResult;
import io.kvorum.bench.driver.Machine;
import java.util.List;
import java.util.Map;

/**
 * What {@code kv bench load} writes as JSON.
 *
 * @param settings of the system that was measured
 * @param keys loaded before the first round
 * @param seconds of a round
 */
record LoadReport(
    Machine machine,
    Map<String, String> settings,
    int keys,
    double seconds,
    List<CaseResult> results) {}
