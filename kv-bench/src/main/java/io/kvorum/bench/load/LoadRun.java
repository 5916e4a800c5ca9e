// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.load;

import io.kvorum.bench.driver.CaseResult;
import io.kvorum.bench.driver.KeySpace;
import io.kvorum.bench.driver.LoadCase;
import io.kvorum.bench.driver.LoadDriver;
import io.kvorum.bench.driver.RoundResult;
import io.kvorum.bench.driver.Target;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Loads the keys, warms every case up, then measures all of them in turns. */
final class LoadRun {

  private final LoadOptions options;
  private final PrintWriter progress;

  LoadRun(LoadOptions options, PrintWriter progress) {
    this.options = options;
    this.progress = progress;
  }

  List<CaseResult> run(Target target) throws InterruptedException {
    KeySpace keys = new KeySpace(options.keys());
    LoadDriver driver = new LoadDriver(target, keys, options.threads(), options.seed());
    List<LoadCase> cases =
        options.cases().stream().filter(each -> each.workload().isOfferedBy(target)).toList();
    say("writing %,d keys", options.keys());
    driver.load();
    for (LoadCase each : cases) {
      if (options.warmup() > 0) {
        driver.round(each, options.warmup());
      }
    }
    Map<LoadCase, List<RoundResult>> rounds = new LinkedHashMap<>();
    for (int round = 1; round <= options.rounds(); round++) {
      for (LoadCase each : cases) {
        RoundResult result = driver.round(each, options.seconds());
        rounds.computeIfAbsent(each, c -> new ArrayList<>()).add(result);
        say("round %d, %s: %,.0f a second", round, each, result.perSecond());
        if (result.firstError() != null) {
          say("  %d errors, the first: %s", result.errors(), result.firstError());
        }
      }
    }
    List<CaseResult> results = new ArrayList<>();
    rounds.forEach((load, all) -> results.add(CaseResult.of(load, all)));
    return results;
  }

  private void say(String format, Object... arguments) {
    progress.println(String.format(Locale.ROOT, format, arguments));
    progress.flush();
  }
}
