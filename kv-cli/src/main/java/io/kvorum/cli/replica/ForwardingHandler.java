// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.replica;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/** Sends what gRPC and Netty log through {@code java.util.logging} where all the rest goes. */
final class ForwardingHandler extends Handler {

  /** Replaces the handlers of {@code java.util.logging}, which print to stderr. */
  static void install() {
    LogManager.getLogManager().reset();
    Logger.getLogger("").addHandler(new ForwardingHandler());
  }

  private ForwardingHandler() {
    setFormatter(new SimpleFormatter());
  }

  @Override
  public void publish(LogRecord event) {
    String name = event.getLoggerName() == null ? "jul" : event.getLoggerName();
    String text = getFormatter().formatMessage(event);
    if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
      LoggerFactory.getLogger(name).warn(text, event.getThrown());
    } else {
      LoggerFactory.getLogger(name).debug(text, event.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
