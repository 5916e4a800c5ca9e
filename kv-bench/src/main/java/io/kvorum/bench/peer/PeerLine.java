// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kvorum.bench.driver.RoundResult;
import io.kvorum.bench.driver.Workload;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a process answers; one of the three is there. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PeerLine(
    @Nullable Ready ready, @Nullable RoundResult result, @Nullable String failed) {

  /** The system is up, with all keys. */
  public record Ready(Map<String, String> settings, List<Workload> workloads) {}

  static PeerLine ready(Ready ready) {
    return new PeerLine(ready, null, null);
  }

  static PeerLine result(RoundResult result) {
    return new PeerLine(null, result, null);
  }

  static PeerLine failed(Throwable e) {
    return new PeerLine(null, null, e.toString());
  }
}
