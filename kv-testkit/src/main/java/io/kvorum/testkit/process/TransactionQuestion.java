// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyValue;
import io.kvorum.testkit.history.ScriptedTransaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction, and what it saw, as words of the conversation that the package specifies. */
final class TransactionQuestion {

  private TransactionQuestion() {}

  static String text(ScriptedTransaction transaction) {
    StringBuilder text = new StringBuilder().append(transaction.reads().size());
    transaction.reads().forEach(key -> text.append(' ').append(Words.word(key)));
    text.append(' ').append(transaction.scans().size());
    for (ScriptedTransaction.Scan scan : transaction.scans()) {
      text.append(' ').append(EntryWords.text(scan.range())).append(' ').append(scan.limit());
    }
    transaction.writes().forEach(write -> text.append(' ').append(EntryWords.text(write)));
    return text.toString();
  }

  /** The one that begins at a word and goes to the end. */
  static ScriptedTransaction transaction(String[] words, int from) {
    int i = from;
    List<byte[]> reads = new ArrayList<>();
    for (int left = Integer.parseInt(words[i++]); left > 0; left--) {
      reads.add(Words.bytes(words[i++]));
    }
    List<ScriptedTransaction.Scan> scans = new ArrayList<>();
    for (int left = Integer.parseInt(words[i++]); left > 0; left--) {
      scans.add(
          new ScriptedTransaction.Scan(
              EntryWords.range(words[i], words[i + 1]), Integer.parseInt(words[i + 2])));
      i += 3;
    }
    return new ScriptedTransaction(reads, scans, EntryWords.mutations(words, i));
  }

  static String text(ScriptedTransaction.Run run) {
    StringBuilder text = new StringBuilder().append(run.readTs());
    for (byte[] value : run.values()) {
      text.append(' ').append(Words.word(value, Words.ABSENT));
    }
    for (List<KeyValue> scan : run.scans()) {
      text.append(' ').append(scan.size());
      text.append(scan.isEmpty() ? "" : " ").append(EntryWords.text(scan));
    }
    Commit commit = run.commit();
    return text + " " + (commit == null ? Words.ABSENT : EntryWords.text(commit));
  }

  /** What a transaction saw. */
  static ScriptedTransaction.Run run(ScriptedTransaction transaction, String text) {
    String[] words = text.split(" ", -1);
    int i = 1;
    List<byte @Nullable []> values = new ArrayList<>();
    for (int left = transaction.reads().size(); left > 0; left--) {
      values.add(Words.bytesOrNull(words[i++]));
    }
    List<List<KeyValue>> scans = new ArrayList<>();
    for (int left = transaction.scans().size(); left > 0; left--) {
      int count = Integer.parseInt(words[i++]);
      scans.add(EntryWords.entries(words, i, count));
      i += 2 * count;
    }
    Commit commit = words[i].equals(Words.ABSENT) ? null : EntryWords.commit(words, i);
    return new ScriptedTransaction.Run(Long.parseLong(words[0]), values, scans, commit);
  }
}
