// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.driver.LoadCase;
import io.kvorum.bench.driver.Machine;
import java.util.List;

/**
 * A whole run, as it is written as JSON.
 *
 * @param replicas of every system that replicates
 * @param keys loaded before the first round
 * @param rounds of each case on each system
 * @param seconds of a round
 * @param warmupSeconds of each case on each system before the first round
 * @param heap of each system's JVM, as the option says it
 * @param cases all that were asked for
 * @param device whose bytes were counted, or why none were
 * @param systems that were measured
 * @param notes what was skipped or failed, a sentence each
 */
record CompareReport(
    Machine machine,
    int replicas,
    int keys,
    int rounds,
    double seconds,
    double warmupSeconds,
    String heap,
    List<LoadCase> cases,
    String device,
    List<SystemResult> systems,
    List<String> notes) {}
