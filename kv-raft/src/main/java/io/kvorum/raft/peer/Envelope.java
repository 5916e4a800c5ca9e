// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * A request or an answer on its way.
 *
 * @param number of the request within its stream; its answer carries the same
 */
record Envelope(long number, ByteString message) {}
