// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Change;
import io.kvorum.api.Commit;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.testkit.LocalCluster;
import io.kvorum.testkit.history.BasicKv;
import io.kvorum.testkit.history.Effect;
import io.kvorum.testkit.history.History;
import io.kvorum.testkit.history.HistoryChecker;
import io.kvorum.testkit.history.HistoryFile;
import io.kvorum.testkit.history.HistoryRecorder;
import io.kvorum.testkit.history.Kind;
import io.kvorum.testkit.history.Latin;
import io.kvorum.testkit.history.Observation;
import io.kvorum.testkit.history.Operation;
import io.kvorum.testkit.history.Outcome;
import io.kvorum.testkit.history.ReadPromise;
import io.kvorum.testkit.history.RecordedCall;
import io.kvorum.testkit.history.RecordedWatch;
import io.kvorum.testkit.history.RecordingKv;
import io.kvorum.testkit.history.ScriptedTransaction;
import io.kvorum.testkit.history.Verdict;
import io.kvorum.testkit.history.WatchRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The examples of recorded histories; each method checks what it shows. */
final class HistoryExamples {

  private final byte[] key = "k".getBytes(UTF_8);
  private final byte[] value = "v".getBytes(UTF_8);

  private final LocalCluster cluster;

  HistoryExamples(LocalCluster cluster) {
    this.cluster = cluster;
  }

  void onAReplica(Path file) throws IOException {
    // javadoc: HistoryChecker
    HistoryRecorder recorder = new HistoryRecorder();
    RecordingKv client = new RecordingKv(recorder, "c1", () -> BasicKv.of(cluster.awaitKv()));
    client.put(key, value); // and so on, from several clients, while replicas are stopped
    client.get(key);
    History history = recorder.history();
    HistoryFile.write(history, file); // HistoryFile.read gives it back
    Verdict verdict = HistoryChecker.check(history);
    verdict.orThrow();
    // javadoc ends
    assertThat(verdict).isEqualTo(new Verdict.Valid(2));
    assertThat(HistoryFile.read(file)).isEqualTo(history);
    Commit commit = transactions(client);
    watches(recorder, commit);
    HistoryChecker.check(recorder.history()).orThrow();
    assertThat(summary(recorder.history())).isEqualTo("0 of 3 in doubt, 1 events watched");
  }

  private Commit transactions(RecordingKv client) {
    KeyRange range = KeyRange.prefix(key);
    // javadoc: ScriptedTransaction
    ScriptedTransaction transaction =
        new ScriptedTransaction(
            List.of(key), // reads
            List.of(new ScriptedTransaction.Scan(range, 10)),
            List.of(Mutation.put(key, value)));
    ScriptedTransaction.Run run = client.transact(transaction); // recorded, to be judged
    // javadoc ends
    assertThat(run.values()).containsExactly(value);
    return run.commit();
  }

  private void watches(HistoryRecorder recorder, Commit commit) {
    CommitEvent event = new CommitEvent(commit.timestamp(), List.of(new Change.Put(key, value, 0)));
    long afterTs = commit.timestamp() - 1;
    // javadoc: RecordedWatch
    RecordedWatch watch = recorder.watch("w1", null, null, afterTs);
    watch.delivered(event); // each that a subscriber is given
    watch.completeThrough(event.commitTs()); // up to here it has seen all
    // javadoc ends
  }

  private static String summary(History history) {
    // javadoc: History
    int doubtful = 0;
    for (Operation operation : history.operations()) {
      doubtful += operation.outcome() == Outcome.UNKNOWN ? 1 : 0;
    }
    int events = 0;
    for (WatchRun watch : history.watches()) {
      events += watch.events().size();
    }
    // javadoc ends
    int calls = history.operations().size();
    return doubtful + " of " + calls + " in doubt, " + events + " events watched";
  }

  void ofAnotherStore() {
    HistoryRecorder recorder = new HistoryRecorder();
    Map<String, String> map = new HashMap<>();
    // javadoc: RecordedCall
    String name = Latin.text(key); // histories are text, one char a byte
    RecordedCall write = recorder.begin("c1", Kind.WRITE).changes(new Effect.Put(name, "1"));
    map.put(name, "1"); // the call that is recorded
    write.ok(); // or refused(), or unknown()

    RecordedCall read = recorder.begin("c1", Kind.READ, new ReadPromise.Linearizable());
    read.saw(new Observation.Point(name, map.get(name))).ok();
    // javadoc ends
    assertThat(HistoryChecker.check(recorder.history())).isEqualTo(new Verdict.Valid(2));
  }
}
