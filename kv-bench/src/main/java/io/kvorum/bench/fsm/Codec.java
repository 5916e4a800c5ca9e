// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsm;

import io.kvorum.api.LogPosition;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.CommandPart;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Replies;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.fsm.wire.Request;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Writes and answers to bytes and back. An operation is one put. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Codec {

  private final List<Request> puts = new Writes(1).puts(false);
  private final List<CommandPart> parts = puts.stream().map(Writes::encode).toList();
  private final ByteString command = CommandPart.join(parts);
  private final Reply reply =
      new Reply(
          new LogPosition(1, 1),
          false,
          LongStream.range(0, Writes.GROUP).<Outcome>mapToObj(Outcome.Committed::new).toList());
  private final ByteString replyBytes = Replies.encode(reply);

  private int next;

  /** A put to what a node keeps until it is proposed. */
  @Benchmark
  public CommandPart encode() {
    next = (next + 1) % puts.size();
    return Writes.encode(puts.get(next));
  }

  /** Those that wait to the bytes of one log entry, with the leader's clock. */
  @Benchmark
  @OperationsPerInvocation(Writes.GROUP)
  public ByteString join() {
    return Commands.stamp(CommandPart.join(parts), 1);
  }

  /** The bytes of a log entry to commands. */
  @Benchmark
  @OperationsPerInvocation(Writes.GROUP)
  public Command decode() {
    return Commands.decode(command);
  }

  /** The outcomes of an entry to bytes. */
  @Benchmark
  @OperationsPerInvocation(Writes.GROUP)
  public ByteString encodeReply() {
    return Replies.encode(reply);
  }

  /** And back. */
  @Benchmark
  @OperationsPerInvocation(Writes.GROUP)
  public Reply decodeReply() {
    return Replies.decode(replyBytes);
  }
}
