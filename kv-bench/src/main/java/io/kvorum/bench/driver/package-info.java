// SPDX-License-Identifier: Apache-2.0
/**
 * The load driver: one that measures every system alike. It knows a system only as a {@link
 * io.kvorum.bench.driver.Target}, so it runs in the JVM of whatever is measured.
 *
 * <p><b>Closed loop:</b> so many requests are in flight, and a new one is sent when one ends. It
 * tells what the system can do; its latencies are those of a system that is never asked for more.
 *
 * <p><b>Open loop:</b> requests are due at a fixed rate, whether or not earlier ones have ended.
 * Latency counts from when a request was <em>due</em>, not from when it was sent: a system that
 * stalls for a second makes all requests of that second late, and the percentiles say so. Counted
 * from the sending, the stall would be one slow request (<a
 * href="https://github.com/HdrHistogram/HdrHistogram#corrected-vs-raw-value-recording-calls">coordinated
 * omission</a>); both are reported.
 *
 * <p><b>Threads:</b> few, each with its share of the requests in flight, through the system's
 * asynchronous interface. The thread that completes a future only notes the time and hands the
 * request back, so what the system completes on is never busy with sending.
 *
 * <p><b>What counts:</b> a request counts as an operation if it ended without an error, with the
 * right number of entries, before the round was over. Latencies are of all that ended without an
 * error. Errors are counted apart, with the first one in words.
 */
@NullMarked
package io.kvorum.bench.driver;

import org.jspecify.annotations.NullMarked;
