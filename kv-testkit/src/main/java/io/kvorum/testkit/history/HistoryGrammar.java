// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints and parses the lines that {@link HistoryFile} specifies. */
final class HistoryGrammar {

  private static final String UNBOUNDED = "~";

  private HistoryGrammar() {}

  static String print(Operation op) {
    StringBuilder line = new StringBuilder("op ").append(text(op.client()));
    line.append(' ').append(op.kind()).append(' ').append(op.invokedAt());
    line.append(' ').append(op.completedAt()).append(' ').append(op.outcome());
    line.append(' ').append(print(op.promise()));
    line.append(' ').append(op.readTs()).append(' ').append(op.commitTs());
    op.observations().forEach(seen -> line.append(' ').append(print(seen)));
    op.effects().forEach(effect -> line.append(' ').append(print(effect)));
    return line.toString();
  }

  static Operation operation(String line) {
    String[] words = line.split(" ", -1);
    if (!words[0].equals("op") || words.length < 9) {
      throw new IllegalArgumentException("no operation: " + line);
    }
    List<Observation> observations = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    for (int i = 9; i < words.length; i++) {
      String sort = before(words[i], ':');
      if (sort.equals("get") || sort.equals("absent") || sort.equals("scan")) {
        observations.add(observation(sort, after(words[i], ':')));
      } else {
        effects.add(effect(words[i]));
      }
    }
    return new Operation(
        bytes(words[1]),
        Kind.valueOf(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        Outcome.valueOf(words[5]),
        promise(words[6]),
        Long.parseLong(words[7]),
        Long.parseLong(words[8]),
        observations,
        effects);
  }

  static String print(WatchRun watch) {
    StringBuilder line = new StringBuilder("watch ").append(text(watch.client()));
    line.append(' ').append(bound(watch.start())).append(' ').append(bound(watch.end()));
    line.append(' ').append(watch.afterTs()).append(' ').append(watch.throughTs());
    for (WatchRun.Event event : watch.events()) {
      line.append(" @").append(event.arrivedAt()).append(',').append(event.commitTs());
      event.effects().forEach(effect -> line.append(';').append(print(effect)));
    }
    return line.toString();
  }

  static WatchRun watch(String line) {
    String[] words = line.split(" ", -1);
    List<WatchRun.Event> events = new ArrayList<>();
    for (int i = 6; i < words.length; i++) {
      String[] parts = words[i].split(";", -1);
      String head = after(parts[0], '@');
      List<Effect> effects = new ArrayList<>();
      for (int j = 1; j < parts.length; j++) {
        effects.add(effect(parts[j]));
      }
      events.add(
          new WatchRun.Event(
              Long.parseLong(before(head, ',')), Long.parseLong(after(head, ',')), effects));
    }
    return new WatchRun(
        bytes(words[1]),
        unbound(words[2]),
        unbound(words[3]),
        Long.parseLong(words[4]),
        Long.parseLong(words[5]),
        events);
  }

  private static String print(ReadPromise promise) {
    if (promise instanceof ReadPromise.AtLeast p) {
      return "at-least:" + p.timestamp();
    } else if (promise instanceof ReadPromise.At p) {
      return "at:" + p.timestamp();
    } else if (promise instanceof ReadPromise.Stale p) {
      return "stale:" + p.maxAgeNanos();
    }
    return "linearizable";
  }

  private static ReadPromise promise(String word) {
    return switch (before(word, ':')) {
      case "linearizable" -> new ReadPromise.Linearizable();
      case "at-least" -> new ReadPromise.AtLeast(Long.parseLong(after(word, ':')));
      case "at" -> new ReadPromise.At(Long.parseLong(after(word, ':')));
      case "stale" -> new ReadPromise.Stale(Long.parseLong(after(word, ':')));
      default -> throw new IllegalArgumentException("no promise: " + word);
    };
  }

  private static String print(Observation seen) {
    if (seen instanceof Observation.Point point) {
      String value = point.value();
      return value == null
          ? "absent:" + text(point.key())
          : "get:" + text(point.key()) + "=" + text(value);
    }
    Observation.Range range = (Observation.Range) seen;
    StringBuilder word = new StringBuilder("scan:");
    word.append(bound(range.start())).append(',').append(bound(range.end())).append(',');
    word.append(range.limit()).append(',').append(range.descending() ? "down" : "up");
    for (Observation.Entry entry : range.entries()) {
      word.append(';').append(text(entry.key())).append('=').append(text(entry.value()));
    }
    return word.toString();
  }

  private static Observation observation(String sort, String rest) {
    if (sort.equals("absent")) {
      return new Observation.Point(bytes(rest), null);
    } else if (sort.equals("get")) {
      return new Observation.Point(bytes(before(rest, '=')), bytes(after(rest, '=')));
    }
    String[] parts = rest.split(";", -1);
    String[] head = parts[0].split(",", -1);
    List<Observation.Entry> entries = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      entries.add(new Observation.Entry(bytes(before(parts[i], '=')), bytes(after(parts[i], '='))));
    }
    return new Observation.Range(
        unbound(head[0]),
        unbound(head[1]),
        Integer.parseInt(head[2]),
        head[3].equals("down"),
        entries);
  }

  private static String print(Effect effect) {
    if (effect instanceof Effect.Put put) {
      return "put:" + text(put.key()) + "=" + text(put.value());
    } else if (effect instanceof Effect.Delete delete) {
      return "delete:" + text(delete.key());
    }
    return "delete-prefix:" + text(((Effect.DeletePrefix) effect).prefix());
  }

  private static Effect effect(String word) {
    String rest = after(word, ':');
    return switch (before(word, ':')) {
      case "put" -> new Effect.Put(bytes(before(rest, '=')), bytes(after(rest, '=')));
      case "delete" -> new Effect.Delete(bytes(rest));
      case "delete-prefix" -> new Effect.DeletePrefix(bytes(rest));
      default -> throw new IllegalArgumentException("no effect: " + word);
    };
  }

  private static String bound(@Nullable String key) {
    return key == null ? UNBOUNDED : text(key);
  }

  private static @Nullable String unbound(String word) {
    return word.equals(UNBOUNDED) ? null : bytes(word);
  }

  private static String text(String bytes) {
    return URLEncoder.encode(bytes, ISO_8859_1);
  }

  private static String bytes(String text) {
    return URLDecoder.decode(text, ISO_8859_1);
  }

  private static String before(String word, char separator) {
    int at = word.indexOf(separator);
    return at < 0 ? word : word.substring(0, at);
  }

  private static String after(String word, char separator) {
    int at = word.indexOf(separator);
    if (at < 0) {
      throw new IllegalArgumentException("'" + separator + "' is missing in " + word);
    }
    return word.substring(at + 1);
  }
}
