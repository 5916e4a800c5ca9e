// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import io.kvorum.bench.driver.Machine;
import java.util.List;

/** All that a run has found. */
record FailoverReport(Machine machine, List<FaultResult> faults, CommitAudit.Verdict writes) {}
