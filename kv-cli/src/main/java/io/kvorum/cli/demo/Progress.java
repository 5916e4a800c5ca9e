// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows on stderr how far the load is: a bar on a terminal, elsewhere a line at each tenth. All
 * methods may be called from any thread.
 */
final class Progress implements AutoCloseable {

  /** Set to {@code true} by the kv script when stderr is a terminal. */
  static final String TERMINAL_PROPERTY = "kv.terminal";

  private static final int WIDTH = 78;

  private final PrintStream out;
  private final long total;
  private final @Nullable ProgressBar bar;

  // Guarded by this.
  private long done;

  private Progress(PrintStream out, long total, @Nullable ProgressBar bar) {
    this.out = out;
    this.total = total;
    this.bar = bar;
  }

  static Progress open(long total) {
    PrintStream out = System.err;
    ProgressBar bar =
        Boolean.getBoolean(TERMINAL_PROPERTY)
            ? new ProgressBarBuilder()
                .setTaskName("loading")
                .setInitialMax(total)
                .setUpdateIntervalMillis(100)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
                .build()
            : null;
    return new Progress(out, total, bar);
  }

  /** So many more entries were acknowledged. */
  synchronized void add(long entries) {
    long tenthsBefore = done * 10 / total;
    done += entries;
    long tenths = done * 10 / total;
    if (bar != null) {
      bar.stepTo(done);
    } else if (tenths > tenthsBefore) {
      out.println("loading: " + done + " of " + total + " entries acknowledged");
    }
  }

  /** Says what happens, on a line of its own. */
  synchronized void say(String text) {
    // On a terminal the bar's line is cleared first; it is drawn again below.
    out.println(bar == null ? text : "\r\u001b[K" + text);
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
