// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import io.kvorum.testkit.GeneratedValue;
import io.kvorum.testkit.crash.Script.Kind;
import io.kvorum.testkit.crash.Script.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What a group of three replicas does, made from a seed, so that child and judge agree without
 * talking.
 */
record GroupScript(List<Step> steps) {

  static final int REPLICAS = 3;
  private static final int KEYS = 40;
  private static final int TRANSFERS = 3;

  /** The longest value that goes into one entry. */
  static final int LONGEST_VALUE = 64 << 10;

  /** So that some take a second part. */
  private static final int MOST_ABOVE = 3 << 19;

  /**
   * The replica that is away for a part of the script. Leadership changes meanwhile, which closes a
   * segment of the log, and checkpoints follow, which purge it: so it comes back to an
   * installation.
   */
  static final String AWAY = "n3";

  private static final double GOES = 0.3;
  private static final double COMES = 0.75;

  /** One call on the group. */
  sealed interface Step {}

  /** One replicated commit, asked of this replica. */
  record Replicated(List<Write> writes, String through) implements Step {}

  /** One value that is too long for an entry, asked of this replica. */
  record Large(String key, GeneratedValue value, String through) implements Step {}

  /** One direct put into the node-local store of this replica. */
  record Local(String node, String key, String value) implements Step {}

  /** Leadership moves to this replica. */
  record Transfer(String to) implements Step {}

  /** {@link #AWAY} is closed. */
  record Stop() implements Step {}

  /** {@link #AWAY} is started again. */
  record Start() implements Step {}

  /** These are the voters from now on; begun, and not waited for. */
  record Members(List<String> voters) implements Step {}

  /**
   * The members change, twice: {@link #AWAY} is closed, leaves the group, and comes back as a
   * member. Writes go on meanwhile.
   */
  static GroupScript ofMembers(long seed, int count) {
    Random random = new Random(seed);
    List<Step> steps = new ArrayList<>();
    int round = count / 2;
    for (int i = 0; i < count; i++) {
      if (i % round == (int) (GOES * round)) {
        steps.add(new Stop());
        steps.add(new Members(List.of("n1", "n2")));
      } else if (i % round == (int) (COMES * round)) {
        steps.add(new Members(List.of("n1", "n2", AWAY)));
        steps.add(new Start());
      }
      steps.add(new Replicated(List.of(write(random)), "n" + (1 + random.nextInt(2))));
    }
    return new GroupScript(steps);
  }

  static GroupScript of(long seed, int count) {
    Random random = new Random(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean away = i >= GOES * count && i <= COMES * count;
      String node = "n" + (1 + random.nextInt(away ? REPLICAS - 1 : REPLICAS));
      if (i == (int) (GOES * count)) {
        steps.add(new Stop());
      } else if (i == (int) (COMES * count)) {
        steps.add(new Start());
      } else if (i == (int) (GOES * count) + 20) {
        steps.add(new Transfer("n1")); // one of the two is a change
        steps.add(new Transfer("n2"));
      }
      int dice = random.nextInt(100);
      if (i % (count / (TRANSFERS + 1)) == count / (TRANSFERS + 1) - 1) {
        steps.add(new Transfer(node));
      } else if (dice < 6) {
        steps.add(new Local(node, "l" + i, value(random)));
      } else if (dice < 9) {
        Write prefix = new Write(Kind.DELETE_PREFIX, "k" + random.nextInt(4), "");
        steps.add(new Replicated(List.of(prefix), node));
      } else if (dice < 11) {
        int length = LONGEST_VALUE + 1 + random.nextInt(MOST_ABOVE);
        String key = key(random.nextInt(KEYS));
        steps.add(new Large(key, new GeneratedValue(random.nextLong(), length), node));
      } else {
        int writes = dice < 70 ? 1 : 1 + random.nextInt(5);
        steps.add(
            new Replicated(IntStream.range(0, writes).mapToObj(w -> write(random)).toList(), node));
      }
    }
    return new GroupScript(steps);
  }

  boolean changesMembers() {
    return steps.stream().anyMatch(Members.class::isInstance);
  }

  /** Every key that a script may write and that has the prefix. */
  static List<String> keysWith(String prefix) {
    return IntStream.range(0, KEYS)
        .mapToObj(GroupScript::key)
        .filter(key -> key.startsWith(prefix))
        .toList();
  }

  private static Write write(Random random) {
    String key = key(random.nextInt(KEYS));
    return random.nextInt(8) == 0
        ? new Write(Kind.DELETE, key, "")
        : new Write(Kind.PUT, key, value(random));
  }

  private static String key(int number) {
    return String.format("k%02d", number);
  }

  private static String value(Random random) {
    return Long.toHexString(random.nextLong()).repeat(1 + random.nextInt(60));
  }
}
