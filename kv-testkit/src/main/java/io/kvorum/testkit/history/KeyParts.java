// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Divides calls so that no two parts have a key in common: each can be judged on its own. */
final class KeyParts {

  private final TreeSet<String> keys;
  private final Map<String, String> parents = new HashMap<>();

  private KeyParts(List<Operation> calls) {
    keys = calls.stream().flatMap(Operation::keys).collect(Collectors.toCollection(TreeSet::new));
  }

  static List<List<Operation>> of(List<Operation> calls) {
    KeyParts parts = new KeyParts(calls);
    IdentityHashMap<Operation, String> members = new IdentityHashMap<>();
    for (Operation call : calls) {
      String member = parts.join(call);
      if (member != null) {
        members.put(call, member);
      }
    }
    Map<String, List<Operation>> result = new HashMap<>();
    for (Operation call : calls) {
      String member = members.get(call);
      // A call that touches no known key is right only if it saw nothing.
      String root = member == null ? "" : "=" + parts.root(member);
      result.computeIfAbsent(root, r -> new ArrayList<>()).add(call);
    }
    return List.copyOf(result.values());
  }

  /* Makes one part of all keys that the call touches, and gives one of them. */
  private @Nullable String join(Operation call) {
    TreeSet<String> touched = call.keys().collect(Collectors.toCollection(TreeSet::new));
    for (Effect effect : call.effects()) {
      if (effect instanceof Effect.DeletePrefix) {
        keys.stream().filter(effect::touches).forEach(touched::add);
      }
    }
    for (Observation seen : call.observations()) {
      if (seen instanceof Observation.Range) {
        keys.stream().filter(seen::covers).forEach(touched::add);
      }
    }
    String first = null;
    for (String key : touched) {
      if (first == null) {
        first = key;
      } else {
        parents.put(root(key), root(first));
      }
    }
    return first;
  }

  private String root(String key) {
    String at = key;
    for (String parent = parents.get(at);
        parent != null && !parent.equals(at);
        parent = parents.get(at)) {
      at = parent;
    }
    return at;
  }
}
