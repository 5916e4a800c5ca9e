// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Outcomes;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.SessionState;
import io.kvorum.fsm.wire.TransactionState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/** What must be true of the state records between two batches, whatever was carried out. */
final class RecordInvariants {

  private static final HexFormat HEX = HexFormat.of();

  private RecordInvariants() {}

  static void check(CheckpointableStore store) {
    Map<String, byte[]> found = new TreeMap<>();
    for (KeyValue record : store.scanRecords(KeyRange.all(), Integer.MAX_VALUE)) {
      found.put(HEX.formatHex(record.key()), record.value());
    }
    Map<String, byte[]> locks = new TreeMap<>();
    int sessions = 0;
    int prepared = 0;
    long nextDue = Long.MAX_VALUE;
    for (Map.Entry<String, byte[]> record : found.entrySet()) {
      byte[] key = HEX.parseHex(record.getKey());
      if (key[0] == RecordKeys.TRANSACTION) {
        TransactionState state = TransactionState.decode(record.getValue());
        if (state instanceof TransactionState.Prepared pending) {
          prepared++;
          addLocks(pending.prepare(), locks);
          assertThat(pending.expireAt() == 0 || isDue(found, pending.expireAt(), key)).isTrue();
        }
      } else if (key[0] == RecordKeys.SESSION) {
        sessions++;
        assertThat(dueBy(found, SessionState.decode(record.getValue()).expireAt(), key)).isTrue();
      } else if (key[0] == RecordKeys.OUTCOMES) {
        checkOutcomes(found, ByteBuffer.wrap(key), record.getValue());
      } else if (key[0] == RecordKeys.DUE) {
        nextDue = Math.min(nextDue, RecordKeys.dueTs(key));
      }
    }
    checkTotals(found, sessions, prepared, nextDue);
    checkLocks(found, locks);
    checkCommits(store);
  }

  /** Records above the watermark, one after the other; each value they name can be read (T11). */
  private static void checkCommits(CheckpointableStore store) {
    long before = -1;
    for (KeyValue record :
        store.scanRecords(RecordKeys.all(RecordKeys.COMMITS), Integer.MAX_VALUE)) {
      long highest = RecordKeys.commitsTs(record.key());
      assertThat(highest).isGreaterThan(store.minRetainedTs());
      List<RecordedCommit> commits = CommitRecord.decode(record, -1);
      assertThat(commits).isNotEmpty();
      for (RecordedCommit commit : commits) {
        assertThat(commit.commitTs()).isGreaterThan(before);
        before = commit.commitTs();
        if (commit.commitTs() >= store.minRetainedTs()) {
          checkValues(store, commit);
        }
      }
      assertThat(before).isEqualTo(highest);
    }
  }

  private static void checkValues(CheckpointableStore store, RecordedCommit commit) {
    Map<String, Boolean> written = new TreeMap<>();
    for (RecordedCommit.Change change : commit.changes()) {
      if (change instanceof RecordedCommit.Change.Put put) {
        written.put(HEX.formatHex(put.key()), true);
      } else if (change instanceof RecordedCommit.Change.Deleted deleted) {
        written.put(HEX.formatHex(deleted.key()), false);
      }
    }
    written.forEach(
        (key, there) ->
            assertThat(store.existsAt(HEX.parseHex(key), commit.commitTs())).isEqualTo(there));
  }

  /** What is remembered above the watermark, read in pages of one record, as text. */
  static List<String> commits(CheckpointableStore store) {
    List<String> commits = new ArrayList<>();
    long ts = store.minRetainedTs();
    while (true) {
      RecordedCommit.Page page = RecordedCommit.above(store, ts, 1);
      for (RecordedCommit commit : page.commits()) {
        commits.add(text(commit));
        ts = commit.commitTs();
      }
      if (page.isLast()) {
        return commits;
      }
    }
  }

  static String text(RecordedCommit commit) {
    StringBuilder text = new StringBuilder("@").append(commit.commitTs());
    for (RecordedCommit.Change change : commit.changes()) {
      if (change instanceof RecordedCommit.Change.Put put) {
        text.append(" put ").append(HEX.formatHex(put.key()));
        text.append(put.expireAt() == 0 ? "" : " until " + put.expireAt());
      } else if (change instanceof RecordedCommit.Change.Deleted deleted) {
        text.append(" deleted ").append(HEX.formatHex(deleted.key()));
      } else {
        var prefix = (RecordedCommit.Change.PrefixDeleted) change;
        byte[] excluded = prefix.excluded();
        text.append(" prefix ").append(HEX.formatHex(prefix.prefix()));
        text.append(excluded == null ? "" : " but " + HEX.formatHex(excluded));
      }
    }
    return text.toString();
  }

  /** Locks stand exactly where prepared transactions have put them: none is stranded. */
  private static void checkLocks(Map<String, byte[]> found, Map<String, byte[]> expected) {
    Map<String, Integer> sizes = new TreeMap<>();
    found.forEach(
        (key, value) -> {
          byte space = HEX.parseHex(key)[0];
          if (space == RecordKeys.WRITE_LOCK
              || space == RecordKeys.READ_LOCK
              || space == RecordKeys.RANGE_LOCK) {
            sizes.put(key, value.length);
          }
        });
    Map<String, Integer> expectedSizes = new TreeMap<>();
    expected.forEach((key, value) -> expectedSizes.put(key, value.length));
    assertThat(sizes).isEqualTo(expectedSizes);
  }

  private static void addLocks(Request.Prepare prepare, Map<String, byte[]> locks) {
    for (Mutation mutation : prepare.transaction().mutations()) {
      locks.put(
          HEX.formatHex(RecordKeys.lock(RecordKeys.WRITE_LOCK, mutation.key())), new byte[16]);
    }
    prepare.transaction().readKeys().stream()
        .map(key -> HEX.formatHex(RecordKeys.lock(RecordKeys.READ_LOCK, key)))
        .distinct()
        .forEach(key -> locks.merge(key, new byte[16], (a, b) -> new byte[a.length + b.length]));
    for (int i = 0; i < prepare.transaction().readRanges().size(); i++) {
      locks.put(
          HEX.formatHex(RecordKeys.rangeLock(prepare.id(), i)),
          RecordKeys.encode(prepare.transaction().readRanges().get(i)));
    }
  }

  /** Within the window, and only in runs of which the floor has not passed the whole. */
  private static void checkOutcomes(Map<String, byte[]> found, ByteBuffer key, byte[] value) {
    byte[] session =
        Objects.requireNonNull(
            found.get(HEX.formatHex(RecordKeys.session(key.getLong(1)))),
            "outcomes without a session");
    long run = key.getLong(9);
    SessionState state = SessionState.decode(session);
    assertThat(run).isGreaterThanOrEqualTo(state.floor() / OutcomeTable.RUN);
    NavigableMap<Long, Outcome.Duplicate> outcomes = Outcomes.decode(value);
    assertThat(outcomes).isNotEmpty();
    for (long sequence : outcomes.keySet()) {
      assertThat(sequence / OutcomeTable.RUN).isEqualTo(run);
      assertThat(sequence)
          .isLessThanOrEqualTo(state.highest())
          .isLessThan(state.floor() + InterpreterLimits.SESSION_WINDOW);
    }
  }

  private static void checkTotals(
      Map<String, byte[]> found, int sessions, int prepared, long nextDue) {
    byte[] value = found.get(HEX.formatHex(RecordKeys.totals()));
    ByteBuffer totals =
        value == null ? ByteBuffer.allocate(20).putLong(8, Long.MAX_VALUE) : ByteBuffer.wrap(value);
    assertThat(totals.getInt(0)).isEqualTo(sessions);
    assertThat(totals.getInt(4)).isEqualTo(prepared);
    assertThat(totals.getLong(8)).isEqualTo(nextDue);
  }

  private static boolean isDue(Map<String, byte[]> found, long ts, byte[] record) {
    return found.containsKey(HEX.formatHex(RecordKeys.due(ts, record)));
  }

  /** A session that was prolonged is asked for at an earlier expiry. */
  private static boolean dueBy(Map<String, byte[]> found, long ts, byte[] record) {
    return found.keySet().stream()
        .map(HEX::parseHex)
        .filter(key -> key[0] == RecordKeys.DUE && RecordKeys.dueTs(key) <= ts)
        .anyMatch(key -> Arrays.equals(RecordKeys.recordOfDue(key), record));
  }
}
