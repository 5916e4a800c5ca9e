// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import org.jspecify.annotations.Nullable;

/**
 * What one round of one case gave.
 *
 * @param operations how many ended in the round, without an error
 * @param perSecond operations a second of the round
 * @param errors how many ended with an error
 * @param firstError one of them in words
 * @param unsent open loop: how many were due and not sent, because too many were under way; their
 *     latency counts as the time from when they were due to the end of the round, which is too good
 * @param latency from when a request was due to its end; in a closed loop it is due when it is sent
 * @param sinceSent from when a request was sent to its end, without what was not sent
 */
public record RoundResult(
    long operations,
    double perSecond,
    long errors,
    @Nullable String firstError,
    long unsent,
    Latency latency,
    Latency sinceSent) {}
