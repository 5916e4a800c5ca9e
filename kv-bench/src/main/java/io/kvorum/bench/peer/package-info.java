// SPDX-License-Identifier: Apache-2.0
/**
 * One system in a JVM of its own, with the load driver beside it, led from outside by lines.
 *
 * <p>Each system has its own class path, so that no two of them must agree on a version of RocksDB,
 * protobuf or Netty; and none of them is on the class path of anything that is published.
 *
 * <p><b>The protocol.</b> The process is started with a {@link io.kvorum.bench.peer.PeerStart} as
 * JSON. It answers one line when the system is up and all keys are written, then one line for each
 * line it reads:
 *
 * <pre>
 * out: {"ready": {"settings": {..}, "workloads": [..]}}     or {"failed": ".."} and it ends
 * in:  {"load": {..}, "seconds": 5.0}
 * out: {"result": {..}}                                     or {"failed": ".."}
 * </pre>
 *
 * It ends when its stdin does, so it does not outlive the process that started it. Whatever else
 * the system prints goes to stderr.
 */
@NullMarked
package io.kvorum.bench.peer;

import org.jspecify.annotations.NullMarked;
