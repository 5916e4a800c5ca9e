// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.Transaction;
import io.kvorum.fsm.wire.UploadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands and what becomes of them, as text. */
final class Transcript {

  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private final CheckpointableStore store;
  private final StringBuilder text = new StringBuilder();
  private long index = -1;

  Transcript(CheckpointableStore store) {
    this.store = store;
  }

  /** Carries out one entry. */
  void play(long hint, Request... requests) {
    Command command = new Command(hint, List.of(requests));
    index++;
    text.append("entry ").append(index).append(", hint ").append(hint).append('\n');
    try (RaftBatch batch = store.openRaftBatch()) {
      List<Outcome> outcomes = new Interpreter(batch).interpret(new LogPosition(1, index), command);
      for (int i = 0; i < outcomes.size(); i++) {
        text.append("  ").append(text(command.requests().get(i))).append('\n');
        text.append("    -> ").append(outcomes.get(i)).append('\n');
      }
      batch.commit(new LogPosition(1, index));
    }
    text.append("  visible, lastCommitTs ").append(store.lastCommitTs()).append('\n');
    try (MvccCursor cursor = store.openCursor(KeyRange.all(), store.lastCommitTs(), false)) {
      while (cursor.next()) {
        text.append("    ").append(shown(cursor.key())).append(" = ");
        text.append(cursor.isLarge() ? "large of " + cursor.valueLength() : shown(cursor.value()));
        text.append(" @").append(cursor.commitTs());
        text.append('\n');
      }
    }
  }

  /** What the store remembers of the commits. */
  void showCommits() {
    text.append("  remembered above ").append(store.minRetainedTs()).append('\n');
    for (KeyValue record :
        store.scanRecords(RecordKeys.all(RecordKeys.COMMITS), Integer.MAX_VALUE)) {
      text.append("    ").append(HexFormat.of().formatHex(record.key())).append(" -> ");
      text.append(HexFormat.of().formatHex(record.value())).append('\n');
      for (RecordedCommit commit : CommitRecord.decode(record, -1)) {
        text.append("      ").append(RecordInvariants.text(commit)).append('\n');
      }
    }
  }

  /** What the store keeps of uploads, and of the walk over large values. */
  void showUploads() {
    for (byte space : new byte[] {RecordKeys.SWEEP, RecordKeys.UPLOAD, RecordKeys.LARGE_VERSION}) {
      for (KeyValue record : store.scanRecords(RecordKeys.all(space), Integer.MAX_VALUE)) {
        boolean state = space == RecordKeys.UPLOAD && record.key().length == 9;
        text.append("    ").append(HexFormat.of().formatHex(record.key())).append(" -> ");
        text.append(
            state ? UploadState.decode(record.value()) : HexFormat.of().formatHex(record.value()));
        text.append('\n');
      }
    }
  }

  /** A line of explanation. */
  void say(String line) {
    text.append("# ").append(line).append('\n');
  }

  void compare(String name) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, text, UTF_8);
    }
    assertThat(text.toString()).isEqualTo(Files.readString(file, UTF_8));
  }

  private static String text(Request request) {
    if (request instanceof Request.Once once) {
      long acknowledged = once.acknowledgedBelow();
      return "once "
          + once.session()
          + "/"
          + once.sequence()
          + (acknowledged == 0 ? " " : " acknowledged below " + acknowledged + " ")
          + text(once.request());
    } else if (request instanceof Request.Write write) {
      return "write" + text(write.mutations());
    } else if (request instanceof Request.DeletePrefix delete) {
      byte @Nullable [] excluded = delete.excludePrefix();
      return "delete prefix "
          + shown(delete.prefix())
          + (excluded == null ? "" : " but " + shown(excluded));
    } else if (request instanceof Request.OnePhase onePhase) {
      return "one phase" + text(onePhase.transaction());
    } else if (request instanceof Request.Prepare prepare) {
      return "prepare "
          + prepare.id()
          + text(prepare.transaction())
          + " locks "
          + prepare.lockMillis();
    } else if (request instanceof Request.FinishUpload finish) {
      return "finish upload "
          + finish.upload()
          + " as "
          + shown(finish.key())
          + ", "
          + finish.chunks()
          + " chunks, "
          + finish.length()
          + " bytes"
          + (finish.expireAt() == 0 ? "" : " until " + finish.expireAt());
    }
    return request.toString();
  }

  private static String text(Transaction transaction) {
    StringBuilder shown = new StringBuilder(" start ").append(transaction.startTs());
    transaction.readKeys().forEach(key -> shown.append(" read ").append(shown(key)));
    for (KeyRange range : transaction.readRanges()) {
      shown.append(" read ").append(shown(range.start())).append("..").append(shown(range.end()));
    }
    return shown + text(transaction.mutations());
  }

  private static String text(List<Mutation> mutations) {
    StringBuilder shown = new StringBuilder();
    for (Mutation mutation : mutations) {
      shown.append(' ').append(shown(mutation.key()));
      if (mutation instanceof Mutation.Put put) {
        shown.append('=').append(shown(put.value()));
        shown.append(put.expireAt() == 0 ? "" : " until " + put.expireAt());
      } else {
        shown.append(" deleted");
      }
    }
    return shown.toString();
  }

  private static String shown(byte @Nullable [] bytes) {
    if (bytes == null) {
      return "";
    }
    String text = new String(bytes, UTF_8);
    if (text.length() > 40) {
      return bytes.length + " bytes";
    }
    boolean plain = text.chars().allMatch(c -> c >= ' ' && c < 127);
    return plain ? "'" + text + "'" : HexFormat.of().formatHex(bytes);
  }
}
