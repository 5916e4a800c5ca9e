// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.server.Timer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one round. They are the dearest part of a read, so at first no more replicas are
 * asked than a majority needs, preferably those who answered the round before. When one of them
 * fails to answer, or they do not answer soon, all others are asked, too.
 */
final class Probes {

  /** What soon is: some round trips on a good network, and little beside a call's deadline. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Round round;
  private final Function<String, CompletableFuture<PeerAnswer>> probe;
  private final Timer timer;
  private final long roundNanos;
  private final List<String> first = new ArrayList<>();
  private final List<String> rest;
  private final AtomicBoolean restAsked = new AtomicBoolean();

  /**
   * @param preferred who is asked first
   * @param roundNanos after which, once all are asked, the round fails
   */
  Probes(
      Round round,
      Set<String> preferred,
      Function<String, CompletableFuture<PeerAnswer>> probe,
      Timer timer,
      long roundNanos) {
    this.round = round;
    this.probe = probe;
    this.timer = timer;
    this.roundNanos = roundNanos;
    this.rest = new ArrayList<>(round.others());
    rest.sort(Comparator.comparing(peer -> !preferred.contains(peer)));
    while (!rest.isEmpty() && !round.isEnough(first)) {
      first.add(rest.remove(0));
    }
  }

  void begin() {
    first.forEach(this::ask);
    if (!round.verdict().isDone()) {
      timer.later(PATIENCE_NANOS, this::askRest);
    }
  }

  private void askRest() {
    if (round.verdict().isDone() || restAsked.getAndSet(true)) {
      return;
    }
    rest.forEach(this::ask);
    timer.later(
        roundNanos,
        () -> round.fail("no majority answered within " + roundNanos / 1_000_000 + " ms"));
  }

  private void ask(String peer) {
    probe
        .apply(peer)
        .whenComplete((answer, error) -> count(peer, answer, error))
        .exceptionally(e -> null);
  }

  private void count(String peer, @Nullable PeerAnswer answer, @Nullable Throwable error) {
    if (answer instanceof PeerAnswer.Term term) {
      round.answered(peer, term.term(), term.promiseMillis());
    } else {
      round.silent(peer, String.valueOf(answer == null ? error : answer));
      askRest();
    }
  }
}
