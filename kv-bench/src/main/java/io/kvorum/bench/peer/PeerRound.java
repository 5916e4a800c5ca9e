// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer;

import io.kvorum.bench.driver.LoadCase;

/** A round that a process is asked for. */
public record PeerRound(LoadCase load, double seconds) {}
