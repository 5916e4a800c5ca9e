// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One thread's part of a round. */
final class Loop implements Callable<Tally> {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Target target;
  private final Requests requests;
  private final long begin;
  private final long end;

  /** Between two requests that are due; 0 in a closed loop, where one is due whenever one ends. */
  private final double intervalNanos;

  private final BlockingQueue<Slot> ended = new LinkedBlockingQueue<>();
  private final Deque<Slot> free = new ArrayDeque<>();
  private final Tally tally = new Tally();
  private int underWay;
  private long sent;

  /**
   * A part of a round.
   *
   * @param begin when the first request is due, by {@link System#nanoTime}
   * @param end when the round is over
   */
  Loop(Target target, Requests requests, int inFlight, double intervalNanos, long begin, long end) {
    this.target = target;
    this.requests = requests;
    this.intervalNanos = intervalNanos;
    this.begin = begin;
    this.end = end;
    for (int i = 0; i < inFlight; i++) {
      free.add(new Slot(ended));
    }
  }

  @Override
  public Tally call() throws InterruptedException, TimeoutException {
    if (intervalNanos > 0) {
      open();
    } else {
      closed();
    }
    long patience = System.nanoTime() + PATIENCE_NANOS;
    while (underWay > 0) {
      if (!takeUntil(patience)) {
        throw new TimeoutException(underWay + " requests did not end within a minute");
      }
    }
    return tally;
  }

  private void closed() throws InterruptedException {
    while (System.nanoTime() - end < 0) {
      Slot slot = free.poll();
      if (slot != null) {
        send(slot, System.nanoTime());
      } else {
        takeUntil(end);
      }
    }
  }

  private void open() throws InterruptedException {
    long due = due();
    while (due - end < 0 && System.nanoTime() - end < 0) {
      Slot slot = System.nanoTime() - due < 0 ? null : free.poll();
      if (slot != null) {
        send(slot, due);
        due = due();
      } else {
        takeUntil(free.isEmpty() ? end : due);
      }
    }
    for (; due - end < 0; due = due()) {
      tally.unsent(due, end);
      sent++;
    }
  }

  /** When the next request is due: a matter of the clock, not of the answers. */
  private long due() {
    return begin + (long) (sent * intervalNanos);
  }

  private void send(Slot slot, long due) {
    underWay++;
    sent++;
    slot.send(requests.next(), target, due);
  }

  /** Waits for one request to end, and takes all that have; false if none did until then. */
  private boolean takeUntil(long time) throws InterruptedException {
    Slot slot = ended.poll(time - System.nanoTime(), TimeUnit.NANOSECONDS);
    boolean any = slot != null;
    for (; slot != null; slot = ended.poll()) {
      take(slot);
    }
    return any;
  }

  private void take(Slot slot) {
    underWay--;
    tally.ended(slot, end);
    free.add(slot);
  }
}
