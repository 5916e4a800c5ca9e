// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.driver.BlockDevice;
import io.kvorum.bench.driver.CaseResult;
import io.kvorum.bench.driver.LoadCase;
import io.kvorum.bench.driver.LoadFailedException;
import io.kvorum.bench.driver.Median;
import io.kvorum.bench.driver.RoundResult;
import io.kvorum.bench.peer.PeerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures every case on every system that is up, in turns; of those that write also the bytes. */
final class CompareRun {

  private final Map<String, PeerProcess> systems;
  private final List<LoadCase> cases;
  private final List<String> notes;
  private final PrintWriter progress;
  private final BlockDevice device;
  private final Map<String, Map<LoadCase, List<RoundResult>>> rounds = new LinkedHashMap<>();
  private final Map<String, Map<LoadCase, List<Double>>> written = new LinkedHashMap<>();

  /**
   * A run.
   *
   * @param systems those that are up, by name
   * @param device that holds what the systems write
   * @param notes to which sentences about failures are added
   */
  CompareRun(
      Map<String, PeerProcess> systems,
      List<LoadCase> cases,
      BlockDevice device,
      List<String> notes,
      PrintWriter progress) {
    this.systems = systems;
    this.cases = cases;
    this.device = device;
    this.notes = notes;
    this.progress = progress;
    systems.keySet().forEach(name -> rounds.put(name, new LinkedHashMap<>()));
  }

  void warmUp(double seconds) throws IOException, InterruptedException {
    for (LoadCase load : cases) {
      for (String name : systems.keySet()) {
        measure(name, load, seconds, false);
      }
    }
  }

  void measure(int count, double seconds) throws IOException, InterruptedException {
    List<String> order = new ArrayList<>(systems.keySet());
    for (int round = 1; round <= count; round++) {
      for (LoadCase load : cases) {
        StringBuilder line = new StringBuilder();
        for (String name : order) {
          line.append(measure(name, load, seconds, true));
        }
        say("round %d, %s:%s", round, load, line);
      }
      Collections.rotate(order, -1);
    }
  }

  private String measure(String name, LoadCase load, double seconds, boolean counts)
      throws IOException, InterruptedException {
    PeerProcess system = systems.get(name);
    if (system == null
        || !system.isAlive()
        || !system.ready().workloads().contains(load.workload())) {
      return "";
    }
    try {
      boolean counted = counts && load.workload().writes();
      Long before = counted ? device.settledBytes() : null;
      RoundResult result = system.round(load, seconds);
      Long after = counted ? device.settledBytes() : null;
      if (result.firstError() != null) {
        note(name + ", " + load + ": some requests failed, such as " + result.firstError());
      }
      if (counts) {
        rounds
            .getOrDefault(name, Map.of())
            .computeIfAbsent(load, l -> new ArrayList<>())
            .add(result);
      }
      if (before != null && after != null && result.operations() > 0) {
        written
            .computeIfAbsent(name, n -> new LinkedHashMap<>())
            .computeIfAbsent(load, l -> new ArrayList<>())
            .add((double) (after - before) / result.operations());
      }
      return String.format(Locale.ROOT, " %s %,.0f", name, result.perSecond());
    } catch (LoadFailedException e) {
      note(name + ", " + load + ": a round could not be measured: " + e.getMessage());
      return " " + name + " failed";
    }
  }

  /** In the order in which the systems were given. */
  List<SystemResult> results() {
    List<SystemResult> all = new ArrayList<>();
    systems.forEach(
        (name, system) -> {
          List<CaseResult> results = new ArrayList<>();
          rounds
              .getOrDefault(name, Map.of())
              .forEach((load, each) -> results.add(CaseResult.of(load, each)));
          List<Written> bytes = new ArrayList<>();
          written
              .getOrDefault(name, Map.of())
              .forEach(
                  (load, each) ->
                      bytes.add(
                          new Written(
                              load,
                              Median.of(
                                  each.stream().mapToDouble(Double::doubleValue).toArray()))));
          all.add(new SystemResult(name, system.ready().settings(), results, bytes));
        });
    return all;
  }

  private void note(String sentence) {
    if (!notes.contains(sentence)) {
      notes.add(sentence);
      say("%s", sentence);
    }
  }

  private void say(String format, Object... arguments) {
    progress.println(String.format(Locale.ROOT, format, arguments));
    progress.flush();
  }
}
