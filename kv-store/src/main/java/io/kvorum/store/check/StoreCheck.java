// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.check;

import io.kvorum.store.ArgumentChecks;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.rocks.StoredRecords;
import java.nio.file.Path;
import java.util.List;

/**
 * Verifies a store that nobody has open.
 *
 * <pre>{@code
 * StoreCheck.Report report = StoreCheck.check(dir); // nobody has it open
 * if (!report.isSound()) {
 *   throw new IllegalStateException(dir + " is broken: " + report.problems());
 * }
 * }</pre>
 */
public final class StoreCheck {

  private StoreCheck() {}

  /**
   * What a check found.
   *
   * @param keys keys with at least one version
   * @param versions versions of all keys, tombstones included, but for those in undo records that
   *     no read can see any more
   * @param problems what is broken, a sentence each that names the record; empty when sound; at
   *     most {@value RecordChecker#MAX_PROBLEMS}
   */
  public record Report(long keys, long versions, List<String> problems) {

    /** Whether nothing is broken. */
    public boolean isSound() {
      return problems.isEmpty();
    }
  }

  /**
   * Checks the store in a directory. Takes time in proportion to the data, and 8 to 40 bytes of
   * memory for each key and version that is indexed as garbage, and for each version of the one key
   * under way.
   *
   * @throws io.kvorum.api.StoreLockedException if the store is open
   * @throws io.kvorum.api.InvalidArgumentException if the directory holds no store
   * @throws io.kvorum.api.StoreCorruptException if it cannot be read at all, or a checksum differs
   */
  public static Report check(Path directory) {
    ArgumentChecks.notNull(directory, "directory");
    try (StoredRecords records = StoredRecords.open(directory)) {
      return check(records);
    }
  }

  /**
   * As {@link #check(Path)}, for a bare database that is no store of its own, such as the one in a
   * checkpoint. The caller sees to it that nobody else uses it.
   *
   * @throws io.kvorum.api.StoreCorruptException if it cannot be read at all, or a checksum differs
   */
  public static Report checkDatabase(Path directory) {
    try (StoredRecords records = StoredRecords.openDatabase(directory)) {
      return check(records);
    }
  }

  private static Report check(StoredRecords records) {
    records.verifyChecksums();
    byte[] format = records.get(StoreKeys.format());
    if (format == null || format.length != 1 || format[0] != StoreRecords.FORMAT_VERSION) {
      return new Report(
          0, 0, List.of("the format version is missing, or not " + StoreRecords.FORMAT_VERSION));
    }
    RecordChecker checker = new RecordChecker(records);
    records.forEach(checker::check);
    return checker.report();
  }
}
