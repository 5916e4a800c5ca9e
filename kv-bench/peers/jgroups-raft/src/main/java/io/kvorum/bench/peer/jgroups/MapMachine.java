// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.jgroups;

import io.kvorum.bench.driver.KeySpace;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jgroups.raft.StateMachine;
import org.jspecify.annotations.Nullable;

/** A map in memory. A command is a key, alone for a read, with its value for a write. */
final class MapMachine implements StateMachine {

  private static final byte[] NOTHING = new byte[0];

  private final ConcurrentMap<ByteBuffer, byte[]> map = new ConcurrentHashMap<>();

  @Override
  public byte @Nullable [] apply(byte[] data, int offset, int length, boolean serialize) {
    int value = offset + KeySpace.KEY_BYTES;
    ByteBuffer key = ByteBuffer.wrap(Arrays.copyOfRange(data, offset, value));
    if (length == KeySpace.KEY_BYTES) {
      return map.get(key);
    }
    map.put(key, Arrays.copyOfRange(data, value, offset + length));
    return NOTHING;
  }

  @Override
  public void readContentFrom(DataInput in) throws IOException {
    throw new IOException("a run takes no snapshots");
  }

  @Override
  public void writeContentTo(DataOutput out) throws IOException {
    throw new IOException("a run takes no snapshots");
  }
}
