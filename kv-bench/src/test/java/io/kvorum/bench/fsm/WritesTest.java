// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsm;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.Request;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class WritesTest {

  @Test
  void whatIsCalledExistingWasPutAndWhatIsCalledFreshWasNot() {
    Writes writes = new Writes(1);
    Set<ByteBuffer> put = new HashSet<>();
    while (put.size() < Writes.KEYS) {
      List<ByteBuffer> fresh = keys(writes.puts(true));
      assertThat(put.addAll(fresh)).isTrue();
    }
    assertThat(put.containsAll(keys(writes.puts(false)))).isTrue();
    assertThat(put.containsAll(keys(writes.transactions(1)))).isTrue();
    assertThat(Collections.disjoint(put, keys(writes.puts(true)))).isTrue();
  }

  private static List<ByteBuffer> keys(List<Request> requests) {
    return requests.stream()
        .map(request -> ((Request.Once) request).request())
        .flatMap(request -> mutations(request).stream())
        .map(mutation -> ByteBuffer.wrap(mutation.key()))
        .toList();
  }

  private static List<Mutation> mutations(Request request) {
    return request instanceof Request.Write write
        ? write.mutations()
        : ((Request.OnePhase) request).transaction().mutations();
  }
}
