// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.store.DirectoryLock;
import io.kvorum.store.DurableDirectory;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Whose data a directory holds. A replica that starts on another one's votes and log, or on those
 * of another cluster, breaks what its group relies on, so the directory says it, from before the
 * first vote on.
 */
record ReplicaIdentity(String cluster, String replica) {

  static final String FILE = "IDENTITY";

  private static final String CLUSTER = "cluster";
  private static final String REPLICA = "replica";

  /**
   * Writes it into a directory that holds nobody's data yet, or compares it.
   *
   * @throws InvalidArgumentException if the directory is another one's; nothing was changed
   * @throws StoreCorruptException if the directory has been in use and does not say whose it is
   */
  void claim(Path directory, DirectoryLock lock) throws IOException {
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      compare(directory, read(file));
    } else if (lock.isMarked()) {
      throw new StoreCorruptException(
          file
              + " is missing, and the directory has been in use; move the directory away and start"
              + " the replica again: it gets a copy from the other replicas",
          null);
    } else {
      DurableDirectory.replace(file, toText().getBytes(StandardCharsets.UTF_8));
    }
    lock.mark(); // from now on a missing file is damage, not a start that a crash cut short
  }

  private void compare(Path directory, ReplicaIdentity found) {
    if (!found.equals(this)) {
      throw new InvalidArgumentException(
          directory
              + " holds the data of "
              + found.words()
              + "; this is "
              + words()
              + ": check dataDir, peer and cluster");
    }
  }

  private String words() {
    return "replica " + replica + " of cluster " + cluster;
  }

  private String toText() throws IOException {
    Properties properties = new Properties();
    properties.setProperty(CLUSTER, cluster);
    properties.setProperty(REPLICA, replica);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    return text.toString();
  }

  private static ReplicaIdentity read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw unreadable(file, e);
    }
    String cluster = properties.getProperty(CLUSTER);
    String replica = properties.getProperty(REPLICA);
    if (cluster == null || replica == null) {
      throw unreadable(file, null);
    }
    return new ReplicaIdentity(cluster, replica);
  }

  private static StoreCorruptException unreadable(Path file, @Nullable Throwable cause) {
    return new StoreCorruptException(
        file
            + " does not say whose data this is; move the directory away and start the replica"
            + " again: it gets a copy from the other replicas",
        cause);
  }
}
