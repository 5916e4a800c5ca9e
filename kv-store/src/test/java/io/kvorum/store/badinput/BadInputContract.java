// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.badinput;

import static io.kvorum.store.contract.StoreSuite.b;

import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.store.contract.StoreSuite;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rows of {@code docs/bad-input.md} that both stores have. */
public interface BadInputContract extends StoreSuite {

  /** The state that the document describes. */
  private void fill() {
    store()
        .applyMutationsRaft(
            new LogPosition(1, 3), List.of(Mutation.put(b("k"), b("v"))), List.of(), 7, 7);
    store().setMinRetainedTs(5);
  }

  private Stream<DynamicTest> tests(String heading, List<BadInput> rows) {
    return new BadInputTable(heading, Map.of(scratch().toString(), "DIR"))
        .tests(rows, () -> HexFormat.of().formatHex(StoreSuite.state(store())));
  }

  @TestFactory
  default Stream<DynamicTest> badReads() {
    fill();
    return tests("Reads", new StoreInputs(store()).reads());
  }

  @TestFactory
  default Stream<DynamicTest> badDirectWrites() {
    fill();
    return tests("Writes of the direct family", new StoreInputs(store()).direct());
  }

  @TestFactory
  default Stream<DynamicTest> badRaftWrites() {
    fill();
    return tests("Writes of the raft family", new StoreInputs(store()).raft());
  }

  @TestFactory
  default Stream<DynamicTest> badStreamsAndCheckpoints() {
    fill();
    return tests("Snapshots and checkpoints", new StreamInputs(store(), scratch()).rows());
  }
}
