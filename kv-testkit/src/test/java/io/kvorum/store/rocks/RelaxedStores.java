// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.SyncModes;
import java.lang.reflect.Field;
import java.nio.file.Path;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What the crash tests need of a store and no user can have. */
public final class RelaxedStores {

  private RelaxedStores() {}

  /** A store whose direct writes are not fsynced: the control that must lose one. */
  public static RocksMvccStore open(Path directory, StoreOptions options) {
    SyncMode mode = SyncModes.resolve(options);
    return RocksMvccStore.open(directory, options, new Durability(mode, false));
  }

  /** Has RocksDB write its memtable to a file, as it does when one is full. */
  public static void flush(RocksMvccStore store) {
    database(store).flush();
  }

  /** Has RocksDB merge all its files, as it does when there are many. */
  public static void compactFiles(RocksMvccStore store) throws RocksDBException {
    ((RocksDB) field(Database.class, "db", database(store))).compactRange();
  }

  private static Database database(RocksMvccStore store) {
    return ((Engine) field(RocksMvccStore.class, "engine", store)).database();
  }

  private static Object field(Class<?> owner, String name, Object of) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this test is behind the code: " + e, e);
    }
  }
}
