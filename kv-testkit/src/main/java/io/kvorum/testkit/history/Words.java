// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says in words what is wrong with a claim, and finds the operations that show it. */
final class Words {

  private static final int SHOWN = 40;

  private final List<Operation> operations;
  private final Timeline timeline;
  private final CommitOrder order;

  Words(List<Operation> operations, Timeline timeline, CommitOrder order) {
    this.operations = operations;
    this.timeline = timeline;
    this.order = order;
  }

  /** Client and kind of a call. */
  static String who(Operation op) {
    return op.client() + "'s " + op.kind().toString().toLowerCase(Locale.ROOT);
  }

  /**
   * Why a claim fits nowhere.
   *
   * @param earlier a call that saw something newer before; null: there is none
   */
  Verdict.Violation of(Claim claim, @Nullable Claim earlier) {
    Operation culprit = claim.operations().get(0);
    Set<Operation> involved = new LinkedHashSet<>();
    StringBuilder text = new StringBuilder();
    for (Operation op : claim.operations()) {
      List<String> mismatches = mismatches(op, claim, involved);
      if (!mismatches.isEmpty()) {
        culprit = op;
        text.append(who(op)).append(promise(op)).append(": ");
        text.append(String.join("; ", mismatches));
        break;
      }
    }
    if (text.isEmpty()) {
      text.append(who(culprit)).append(promise(culprit));
      text.append(" saw something that was true, but not at a moment its promise allows");
      if (claim.operations().size() > 1) {
        text.append(": calls that read at the same timestamp saw different moments");
        involved.addAll(claim.operations());
      }
    }
    if (earlier != null) {
      text.append("; before it began, ").append(who(earlier.operations().get(0)));
      text.append(" had completed and seen a state as new or newer");
      involved.add(earlier.operations().get(0));
    }
    List<Operation> all = new ArrayList<>(List.of(culprit));
    involved.stream().filter(op -> !all.contains(op)).forEach(all::add);
    return new Verdict.Violation(text.toString(), all);
  }

  private static String promise(Operation op) {
    if (op.isCommitted()) {
      return ", committed at " + op.commitTs() + ", does not fit what the store held then";
    } else if (op.promise() instanceof ReadPromise.At at) {
      return " at timestamp " + at.timestamp() + " does not show that timestamp";
    } else if (op.promise() instanceof ReadPromise.AtLeast least) {
      return " of at least timestamp " + least.timestamp() + " breaks its promise";
    } else if (op.promise() instanceof ReadPromise.Stale stale) {
      return " no staler than " + stale.maxAgeNanos() + " ns breaks its promise";
    }
    return " is not linearizable";
  }

  private List<String> mismatches(Operation op, Claim claim, Set<Operation> involved) {
    List<String> result = new ArrayList<>();
    for (Observation seen : op.observations()) {
      if (timeline.matches(List.of(seen), claim.low())) {
        continue;
      }
      if (seen instanceof Observation.Point point) {
        result.add(mismatch(point.key(), point.value(), claim.low(), involved));
      } else {
        Observation.Range range = (Observation.Range) seen;
        Map<String, String> was = map(timeline.scanAt(range, claim.low()));
        Map<String, String> found = map(range.entries());
        Set<String> keys = new LinkedHashSet<>(found.keySet());
        keys.addAll(was.keySet());
        keys.stream()
            .filter(key -> !Objects.equals(was.get(key), found.get(key)))
            .filter(key -> reaches(range, key))
            .limit(3)
            .forEach(key -> result.add(mismatch(key, found.get(key), claim.low(), involved)));
      }
    }
    return result;
  }

  /* Whether the scan would have come to this key before its limit. */
  private static boolean reaches(Observation.Range range, String key) {
    if (range.entries().size() < range.limit()) {
      return true;
    }
    String last = range.entries().get(range.limit() - 1).key();
    return range.descending() ? key.compareTo(last) >= 0 : key.compareTo(last) <= 0;
  }

  private static Map<String, String> map(List<Observation.Entry> entries) {
    Map<String, String> map = new TreeMap<>();
    entries.forEach(entry -> map.put(entry.key(), entry.value()));
    return map;
  }

  private String mismatch(
      String key, @Nullable String seen, long position, Set<Operation> involved) {
    Timeline.Version version = timeline.at(key, position);
    StringBuilder text = new StringBuilder("it saw ");
    text.append(seen == null ? "no value" : shown(seen)).append(" at key ").append(shown(key));
    text.append(", where ");
    if (version == null) {
      text.append("nothing was committed");
    } else {
      involved.add(version.writer());
      text.append(version.value() == null ? "a delete" : shown(version.value()));
      text.append(" had been committed at ").append(version.writer().commitTs());
      text.append(" by ").append(version.writer().client());
    }
    if (seen != null) {
      text.append(" (").append(origin(key, seen, involved)).append(')');
    }
    return text.toString();
  }

  /* Where a value may have come from. */
  private String origin(String key, String value, Set<Operation> involved) {
    Effect.Put put = new Effect.Put(key, value);
    List<Operation> writers =
        operations.stream().filter(op -> op.effects().contains(put)).limit(3).toList();
    if (writers.isEmpty()) {
      return "nobody ever wrote " + shown(value) + " there";
    }
    involved.addAll(writers);
    Operation writer = writers.get(0);
    String by = shown(value) + " was written by " + writer.client();
    if (writer.outcome() == Outcome.REFUSED) {
      return by + ", whose call was refused";
    } else if (writer.isDoubtful()) {
      return by + ", whose outcome is unknown";
    }
    Long at = order.positionOf(writer.commitTs());
    Long next = timeline.versions(key).higherKey(at);
    Timeline.Version over = next == null ? null : timeline.versions(key).get(next);
    if (over == null) {
      return by + " at " + writer.commitTs();
    }
    involved.add(over.writer());
    return by
        + " at "
        + writer.commitTs()
        + " and overwritten at "
        + over.writer().commitTs()
        + " by "
        + over.writer().client();
  }

  private static String shown(String bytes) {
    String text = bytes.length() > SHOWN ? bytes.substring(0, SHOWN) + "..." : bytes;
    StringBuilder plain = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c >= ' ' && c < 127 && c != '"') {
                plain.append((char) c);
              } else {
                plain.append(String.format("\\x%02x", c));
              }
            });
    return plain.append('"').toString();
  }
}
