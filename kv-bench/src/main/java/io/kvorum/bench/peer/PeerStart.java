// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer;

import java.util.List;

/**
 * What a process is told when it is started.
 *
 * @param factory name of a class that is a {@link TargetFactory}
 * @param folder empty, on the disk that is measured
 * @param ports free ones of loopback, two for each replica
 * @param keys to load
 * @param threads that send
 * @param seed of keys and values
 */
public record PeerStart(
    String factory,
    String folder,
    int replicas,
    List<Integer> ports,
    int keys,
    int threads,
    long seed) {}
