// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.testkit.powerloss.Acknowledgements;
import java.nio.file.Path;
import java.util.Properties;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteOptions;

/** RocksDB by itself: numbered puts into several WAL files; root, tracked, synced put. */
final class RocksChild {

  static final int PUTS = 3_000;

  private RocksChild() {}

  public static void main(String[] args) throws Exception {
    RocksDB.loadLibrary();
    int synced = Integer.parseInt(args[2]);
    try (Acknowledgements acks = Acknowledgements.open();
        Options options = options(Boolean.parseBoolean(args[1]));
        WriteOptions relaxed = new WriteOptions();
        WriteOptions sync = new WriteOptions().setSync(true);
        RocksDB db = RocksDB.open(options, Path.of(args[0]).resolve("db").toString())) {
      acks.record("open");
      for (int i = 1; i <= PUTS; i++) {
        byte[] key = String.format("%06d", i).getBytes(UTF_8);
        db.put(i == synced ? sync : relaxed, key, new byte[100]);
      }
      acks.record("end");
      Runtime.getRuntime().halt(0);
    }
  }

  /** Small memtables that are never flushed here, so that many WAL files are alive. */
  static Options options(boolean tracked) {
    Properties properties = new Properties();
    properties.setProperty("track_and_verify_wals", Boolean.toString(tracked));
    try (DBOptions base = DBOptions.getDBOptionsFromProps(properties);
        ColumnFamilyOptions family = new ColumnFamilyOptions()) {
      return new Options(base, family)
          .setCreateIfMissing(true)
          .setAvoidFlushDuringShutdown(true)
          .setWriteBufferSize(64 << 10)
          .setMaxWriteBufferNumber(16)
          .setMinWriteBufferNumberToMerge(12);
    }
  }
}
