// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsm;

import io.kvorum.bench.jmh.Scores;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * A part of a write's way.
 *
 * @param name as it stands in the table
 * @param benchmark {@code Class.method}
 */
record FsmRow(String name, String benchmark) {

  /** As JMH's profiler of the garbage collector calls it. */
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** The table, from top to bottom. */
  static final List<FsmRow> ROWS =
      List.of(
          new FsmRow("encode a put", "Codec.encode"),
          new FsmRow("join 64 into an entry, each", "Codec.join"),
          new FsmRow("decode an entry of 64, each", "Codec.decode"),
          new FsmRow("carry out a put, fresh key", "StateMachine.putFresh"),
          new FsmRow("carry out a put, existing key", "StateMachine.putExisting"),
          new FsmRow("the same on three stores at once", "StateMachine.putExistingOnThreeStores"),
          new FsmRow("carry out a transaction of 3", "StateMachine.transaction"),
          new FsmRow("encode 64 outcomes, each", "Codec.encodeReply"),
          new FsmRow("decode 64 outcomes, each", "Codec.decodeReply"));

  /** The whole table, ready to print. */
  static String table(Collection<RunResult> results) {
    StringBuilder table = new StringBuilder();
    String format = "%-34s %20s %18s%n";
    table.append(String.format(Locale.ROOT, format, "", "ns", "bytes allocated"));
    for (FsmRow row : ROWS) {
      RunResult result = row.of(results);
      Result<?> score = result.getPrimaryResult();
      table.append(
          String.format(
              Locale.ROOT,
              format,
              row.name,
              Scores.text(score.getScore(), score.getScoreError()),
              String.format(Locale.ROOT, "%,.0f", allocated(result))));
    }
    return table.toString();
  }

  private RunResult of(Collection<RunResult> results) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + benchmark))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no result of " + this));
  }

  private static double allocated(RunResult result) {
    Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
    if (allocated == null) {
      throw new IllegalStateException("JMH has counted no allocation");
    }
    return allocated.getScore();
  }
}
