// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The place of one request in flight, used again for the next one. Its thread sends; whichever
 * thread completes the request notes how, and hands the slot back through the queue.
 */
final class Slot {

  private final Queue<Slot> ended;

  // written by the slot's thread before the request is sent
  private long due;
  private long sent;

  // written by the completing thread before the slot goes into the queue
  private long endedAt;
  private @Nullable String error;

  Slot(Queue<Slot> ended) {
    this.ended = ended;
  }

  void send(Request request, Target target, long due) {
    this.due = due;
    this.sent = System.nanoTime();
    CompletableFuture<?> answer;
    try {
      answer = request.send(target);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    CompletableFuture<?> unused =
        answer.whenComplete(
            (value, failure) -> {
              endedAt = System.nanoTime();
              error = error(request, value, failure);
              ended.add(this);
            });
  }

  private static @Nullable String error(
      Request request, @Nullable Object value, @Nullable Throwable failure) {
    if (failure != null) {
      return failure.toString();
    }
    return request.isAnsweredBy(value)
        ? null
        : "wrong answer to " + request.getClass().getSimpleName();
  }

  long due() {
    return due;
  }

  long sent() {
    return sent;
  }

  long ended() {
    return endedAt;
  }

  @Nullable String error() {
    return error;
  }
}
