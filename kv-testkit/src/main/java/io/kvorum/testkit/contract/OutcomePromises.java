// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import static io.kvorum.testkit.contract.Expect.bytes;
import static io.kvorum.testkit.contract.Expect.equal;
import static io.kvorum.testkit.contract.Expect.refused;
import static io.kvorum.testkit.contract.Expect.text;
import static io.kvorum.testkit.contract.Expect.that;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.RequestId;
import io.kvorum.api.RequestOutcome;
import io.kvorum.api.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is promised about writes whose outcome is unknown. */
final class OutcomePromises {

  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final Duration TOO_SHORT = Duration.ofMillis(1);
  private static final int IN_DOUBT = 5;

  private OutcomePromises() {}

  static List<KvPromise> all() {
    return List.of(
        new KvPromise(
            "what became of a write in doubt is told, once and for all", OutcomePromises::told),
        new KvPromise("a write that never was is forgotten", OutcomePromises::unknown),
        new KvPromise("a text that is no request id is refused", OutcomePromises::invalid));
  }

  private static void told(List<ReplicatedKv> replicas, String prefix) {
    long end = System.nanoTime() + LONGEST_NANOS;
    int found = 0;
    for (int i = 0; found < IN_DOUBT; i++) {
      that(System.nanoTime() - end < 0, "writes of a millisecond all end in time");
      String key = prefix + i;
      try {
        Commit unused =
            replicas.get(i % replicas.size()).withTimeout(TOO_SHORT).put(bytes(key), bytes("v"));
      } catch (OutcomeUnknownException e) {
        RequestId id = e.requestId().orElseThrow(() -> new AssertionError("it has no name", e));
        equal(id, RequestId.parse(id.toString()), "the id, printed and read");
        told(replicas, key, id);
        found++;
      } catch (UnavailableException e) {
        // Never proposed: that must be true as well.
        equal(null, text(replicas.get(0).get(bytes(key))), "a write that was never proposed");
      }
    }
  }

  private static void told(List<ReplicatedKv> replicas, String key, RequestId id) {
    RequestOutcome first = replicas.get(0).outcomeOf(id);
    for (ReplicatedKv kv : replicas) {
      equal(first, kv.outcomeOf(id), "outcomeOf");
      equal(first, kv.outcomeOfAsync(id).join(), "outcomeOfAsync");
      if (first instanceof RequestOutcome.Committed committed) {
        long ts = committed.commit().timestamp();
        equal("v", text(kv.get(bytes(key))), "a committed write");
        equal("v", text(kv.get(bytes(key), ReadOptions.at(ts))), "at its commit");
        equal(null, text(kv.get(bytes(key), ReadOptions.at(ts - 1))), "before its commit");
      } else {
        equal(new RequestOutcome.NeverApplied(), first, "the outcome of a put");
        equal(null, text(kv.get(bytes(key))), "a write that was never applied");
      }
    }
  }

  private static void unknown(List<ReplicatedKv> replicas, String prefix) {
    Commit commit = replicas.get(0).put(bytes(prefix), bytes("v"));
    for (ReplicatedKv kv : replicas) {
      equal(
          new RequestOutcome.Forgotten(),
          kv.outcomeOf(new RequestId(commit.timestamp(), 1)),
          "a session that never was");
    }
  }

  private static void invalid(List<ReplicatedKv> replicas, String prefix) {
    for (String text : List.of("", "7", "-", "7-", "-7", "7-0", "-7-1", "07-1", "7-+1", "7-1 ")) {
      refused(InvalidArgumentException.class, text, () -> RequestId.parse(text));
    }
    refused(InvalidArgumentException.class, "session -1", () -> new RequestId(-1, 1));
    refused(InvalidArgumentException.class, "sequence 0", () -> new RequestId(1, 0));
  }
}
