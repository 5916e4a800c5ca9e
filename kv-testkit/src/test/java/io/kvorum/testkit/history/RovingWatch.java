// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KvException;
import io.kvorum.testkit.process.ProcessCluster;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A watch of everything that asks another replica each time, and goes on where it was. */
final class RovingWatch {

  private final ProcessCluster cluster;
  private final Random random;
  private final RecordedWatch recorded;
  private long seen;

  RovingWatch(ProcessCluster cluster, Random random, RecordedWatch recorded) {
    this.cluster = cluster;
    this.random = random;
    this.recorded = recorded;
  }

  void follow(AtomicBoolean until) {
    while (!until.get()) {
      step(Duration.ofMillis(200));
    }
  }

  /** Up to the last commit that there is. */
  void finish(long last) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (seen < last) {
      assertThat(System.nanoTime() - end).as("%s of %s", seen, last).isNegative();
      step(Duration.ofSeconds(5));
    }
    recorded.completeThrough(last);
  }

  private void step(Duration patience) {
    String id = cluster.ids().get(random.nextInt(cluster.ids().size()));
    try {
      for (CommitEvent event :
          cluster.watch(id, KeyRange.all(), seen, 1 + random.nextInt(20), patience)) {
        recorded.delivered(event);
        seen = event.commitTs();
      }
    } catch (KvException e) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // not there: another one is
    }
  }
}
