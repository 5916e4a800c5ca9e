// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes requests for values in parts, mostly such that fit what was sent before. */
final class UploadUniverse {

  private static final long LONGEST_MILLIS = 100_000;

  private final Random random;
  private final List<Sent> uploads = new ArrayList<>(List.of(new Sent(-3), new Sent(5)));

  UploadUniverse(long seed) {
    this.random = new Random(~seed);
  }

  /** What was sent of one upload and taken. */
  private static final class Sent {
    final long upload;
    final List<byte[]> chunks = new ArrayList<>();

    Sent(long upload) {
      this.upload = upload;
    }
  }

  /** Whether the next request is one of these. */
  boolean hasTurn() {
    return random.nextInt(4) == 0;
  }

  Request request(List<byte[]> keys, long time) {
    Sent sent = recent();
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> new Request.Upload(0, random.nextInt(9) == 0 ? 1 : 0, chunks(), millis());
      case 3, 4, 5 -> continued(sent);
      case 6 -> random.nextInt(3) == 0 ? new Request.AbortUpload(sent.upload) : continued(sent);
      default -> finish(sent, keys.get(random.nextInt(keys.size())), time);
    };
  }

  private Request continued(Sent sent) {
    int back = random.nextInt(3) == 0 ? random.nextInt(sent.chunks.size() + 2) - 1 : 0;
    int first = sent.chunks.size() - back;
    List<byte[]> chunks = new ArrayList<>();
    if (back > 0 && random.nextInt(5) > 0) {
      chunks.addAll(sent.chunks.subList(first, sent.chunks.size()));
    }
    chunks.addAll(chunks());
    return new Request.Upload(sent.upload, first, chunks, millis());
  }

  private Request finish(Sent sent, byte[] key, long time) {
    long length = 0;
    int checksum = 0;
    for (byte[] chunk : sent.chunks) {
      length += chunk.length;
      checksum = UploadChecksum.next(checksum, chunk);
    }
    int wrong = random.nextInt(30);
    long expireAt = random.nextInt(4) == 0 ? time + ((long) random.nextInt(100_000) << 16) : 0;
    return new Request.FinishUpload(
        sent.upload,
        key,
        sent.chunks.size() + (wrong == 0 ? 1 : 0),
        length + (wrong == 1 ? 1 : 0),
        checksum + (wrong == 2 ? 1 : 0),
        expireAt);
  }

  private List<byte[]> chunks() {
    List<byte[]> chunks = new ArrayList<>();
    for (int i = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(2); i > 0; i--) {
      byte[] chunk = new byte[random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(3)];
      random.nextBytes(chunk);
      chunks.add(chunk);
    }
    return chunks;
  }

  private long millis() {
    return random.nextInt(20) == 0 ? 0 : 1_000 + random.nextInt((int) LONGEST_MILLIS);
  }

  private Sent recent() {
    return uploads.get(uploads.size() - 1 - random.nextInt(Math.min(3, uploads.size())));
  }

  /** Uses what was begun, and knows what was taken. */
  void learn(Request request, Outcome outcome) {
    Request inner = request instanceof Request.Once once ? once.request() : request;
    if (!(inner instanceof Request.Upload upload)
        || !(outcome instanceof Outcome.Committed committed)) {
      return;
    }
    if (upload.upload() == 0) {
      uploads.add(new Sent(committed.commitTs()));
    }
    for (Sent sent : uploads) {
      if (sent.upload == (upload.upload() == 0 ? committed.commitTs() : upload.upload())) {
        int known = sent.chunks.size() - (int) upload.first();
        if (known < upload.chunks().size()) {
          sent.chunks.addAll(upload.chunks().subList(known, upload.chunks().size()));
        }
      }
    }
  }
}
