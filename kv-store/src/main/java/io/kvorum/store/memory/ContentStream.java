// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.store.snapshot.SnapshotHeader;
import io.kvorum.store.snapshot.SnapshotReader;
import io.kvorum.store.snapshot.SnapshotWriter;
import io.kvorum.store.snapshot.StateRecord;
import io.kvorum.store.snapshot.StreamRecord;
import io.kvorum.store.snapshot.VersionRecord;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.pcollections.TreePMap;

/** A content as a snapshot stream, and back. */
final class ContentStream {

  private ContentStream() {}

  static void write(Content content, OutputStream out) {
    SnapshotWriter writer =
        new SnapshotWriter(
            out,
            new SnapshotHeader(content.applied(), content.lastCommitTs(), content.minRetainedTs()));
    Map.Entry<byte[], History> entry = content.keys().ceilingEntry(new byte[0]);
    while (entry != null) {
      byte[] key = entry.getKey();
      for (Version version : entry.getValue().newestAndVisibleFrom(content.minRetainedTs())) {
        writer.add(
            new VersionRecord(
                key,
                version.commitTs(),
                version.tombstone(),
                version.expireAt(),
                version.value(),
                version.large()));
      }
      entry = content.keys().higherEntry(key);
    }
    Map.Entry<byte[], byte[]> state = content.records().ceilingEntry(new byte[0]);
    while (state != null) {
      writer.add(new StateRecord(state.getKey(), state.getValue()));
      state = content.records().higherEntry(state.getKey());
    }
    writer.finish();
  }

  /** Reads to the verified end; a stream that is refused leaves nothing behind. */
  static Content read(InputStream in) {
    SnapshotReader reader = new SnapshotReader(in);
    TreePMap<byte[], History> keys = Content.EMPTY.keys();
    byte[] key = {};
    List<Version> versions = new ArrayList<>();
    TreePMap<byte[], byte[]> records = Content.EMPTY.records();
    for (StreamRecord next = reader.next(); next != null; next = reader.next()) {
      if (next instanceof StateRecord state) {
        records = records.plus(state.key(), state.value());
        continue;
      }
      VersionRecord record = (VersionRecord) next;
      if (!Arrays.equals(key, record.key())) {
        if (!versions.isEmpty()) {
          keys = keys.plus(key, History.of(versions));
          versions.clear();
        }
        key = record.key();
      }
      versions.add(
          new Version(
              record.commitTs(),
              record.tombstone(),
              record.expireAt(),
              record.value(),
              record.large()));
    }
    if (!versions.isEmpty()) {
      keys = keys.plus(key, History.of(versions));
    }
    SnapshotHeader header = reader.header();
    return new Content(
        keys, records, header.lastCommitTs(), header.minRetainedTs(), header.applied());
  }
}
