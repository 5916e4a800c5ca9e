// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.Survivors;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often each cell of the crash matrix was tried, so that nobody believes in one that never was.
 * All threads.
 */
final class CrashTable {

  /** One cell. */
  record Cell(Victim victim, Activity activity, SyncMode mode) {}

  private static final class Count {
    int losses;
    int lossy;
    int kills;
  }

  private final Map<Cell, Count> counts =
      new TreeMap<>(
          Comparator.comparing(Cell::victim)
              .thenComparing(Cell::activity)
              .thenComparing(Cell::mode));

  /** Counts a state that was judged; {@link Survivors#ALL} is the death of the process alone. */
  synchronized void add(Cell cell, Survivors survivors, boolean lossy) {
    Count count = counts.computeIfAbsent(cell, c -> new Count());
    if (survivors == Survivors.ALL) {
      count.kills++;
    } else {
      count.losses++;
      count.lossy += lossy ? 1 : 0;
    }
  }

  /** Losses of power over all cells. */
  synchronized int losses() {
    return counts.values().stream().mapToInt(count -> count.losses).sum();
  }

  /** Losses of power in a cell. */
  synchronized int losses(Cell cell) {
    Count count = counts.get(cell);
    return count == null ? 0 : count.losses;
  }

  /** Losses of power in a mode that really lost something. */
  synchronized int lossy(SyncMode mode) {
    return counts.entrySet().stream()
        .filter(each -> each.getKey().mode() == mode)
        .mapToInt(each -> each.getValue().lossy)
        .sum();
  }

  /** One line for each victim and activity that was tried. */
  @Override
  public synchronized String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "crash states: losses of power (of them with bytes lost) + kills; %d losses%n",
            losses()));
    text.append(String.format("%-10s%-12s", "victim", "during"));
    for (SyncMode mode : SyncMode.values()) {
      text.append(String.format("%18s", name(mode)));
    }
    List<Cell> rows =
        counts.keySet().stream()
            .map(cell -> new Cell(cell.victim(), cell.activity(), SyncMode.SYNC))
            .distinct()
            .toList();
    for (Cell row : rows) {
      text.append(String.format("%n%-10s%-12s", name(row.victim()), name(row.activity())));
      for (SyncMode mode : SyncMode.values()) {
        Count count = counts.get(new Cell(row.victim(), row.activity(), mode));
        String cell =
            count == null ? "-" : count.losses + " (" + count.lossy + ") + " + count.kills;
        text.append(String.format("%18s", cell));
      }
    }
    return text.toString();
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
