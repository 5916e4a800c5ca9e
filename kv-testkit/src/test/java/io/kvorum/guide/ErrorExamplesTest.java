// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.AddressInUseException;
import io.kvorum.api.Commit;
import io.kvorum.api.ConflictKind;
import io.kvorum.api.DiskFullException;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyLockedException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.RequestId;
import io.kvorum.api.RequestOutcome;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreLockedException;
import io.kvorum.api.UnavailableException;
import io.kvorum.api.WriteConflictException;
import io.kvorum.raft.KvNode;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The examples of what callers do about errors, with every error there is. */
class ErrorExamplesTest {

  private static final Duration LATER = Duration.ofMillis(20);
  private static final RequestId ID = new RequestId(1, 2);
  private static final Commit COMMIT = new Commit(7, new LogPosition(1, 2));

  @Test
  void callersTellErrorsApart() {
    byte[] key = "k".getBytes(UTF_8);
    RuntimeException unknown = new OutcomeUnknownException("late", ID, null);
    assertThat(
            List.of(
                write(() -> COMMIT),
                write(new OverloadedException("full", LATER)),
                write(new DiskFullException("full", LATER)),
                write(new UnavailableException("no leader", null)),
                write(new WriteConflictException(ConflictKind.READ, key)),
                write(new KeyLockedException(key)),
                write(unknown),
                write(new InvalidArgumentException("key is empty")),
                write(new StoreFailedException("disk", null)),
                write(new StoreCorruptException("checksum", null))))
        .containsExactly(
            "committed at 7",
            "wait PT0.02S",
            "wait PT0.02S",
            "again, here or elsewhere",
            "others were faster",
            "others were faster",
            "committed at 7, as it turns out",
            "never: key is empty",
            "never: disk",
            "never: checksum");
  }

  private static String write(RuntimeException error) {
    return write(
        () -> {
          throw error;
        });
  }

  private static String write(Supplier<Commit> put) {
    ReplicatedKv kv =
        stub(ReplicatedKv.class, "outcomeOf", put, () -> new RequestOutcome.Committed(COMMIT));
    byte[] key = {1};
    byte[] value = {2};
    // javadoc: KvException
    try {
      return "committed at " + kv.put(key, value).timestamp();
    } catch (OverloadedException e) { // too much is in flight; nothing was written
      return "wait " + e.retryAfter();
    } catch (DiskFullException e) { // somebody must free space; nothing was written
      return "wait " + e.retryAfter();
    } catch (UnavailableException e) { // no leader, or no majority; nothing was written
      return "again, here or elsewhere";
    } catch (WriteConflictException | KeyLockedException e) { // nothing was written
      return "others were faster";
    } catch (OutcomeUnknownException e) { // it may be committed: asking settles it
      RequestOutcome outcome = kv.outcomeOf(e.requestId().orElseThrow());
      return outcome instanceof RequestOutcome.Committed done
          ? "committed at " + done.commit().timestamp() + ", as it turns out"
          : "again";
    } catch (InvalidArgumentException | StoreFailedException e) { // a limit; a broken replica
      return "never: " + e.getMessage();
    }
    // javadoc ends
  }

  @Test
  void outcomesAreTold() {
    assertThat(told(new RequestOutcome.Committed(COMMIT))).isEqualTo("committed at 7");
    assertThat(told(new RequestOutcome.NeverApplied())).isEqualTo("write it again");
    assertThat(told(new RequestOutcome.Forgotten())).isEqualTo("it is too late to know");
    assertThatThrownBy(() -> told(new RequestOutcome.Refused(new KeyLockedException(new byte[1]))))
        .isInstanceOf(KeyLockedException.class);
  }

  private static String told(RequestOutcome given) {
    ReplicatedKv kv = stub(ReplicatedKv.class, "outcomeOf", () -> COMMIT, () -> given);
    String text = ID.toString();
    // javadoc: RequestOutcome
    RequestId id = RequestId.parse(text); // as OutcomeUnknownException.requestId() prints it
    RequestOutcome outcome = kv.outcomeOf(id);
    if (outcome instanceof RequestOutcome.Committed done) {
      return "committed at " + done.commit().timestamp();
    } else if (outcome instanceof RequestOutcome.Refused refused) {
      throw refused.reason();
    } else if (outcome instanceof RequestOutcome.NeverApplied) {
      return "write it again";
    }
    return "it is too late to know"; // RequestOutcome.Forgotten
    // javadoc ends
  }

  @Test
  void startsFail() {
    assertThat(
            List.of(
                start(new StoreLockedException("n1 is open", null)),
                start(new AddressInUseException("port 7101 is taken", null)),
                start(new StoreCorruptException("checksum", null))))
        .containsExactly(
            "stop the other one first: n1 is open",
            "give it another address: port 7101 is taken",
            "move the directory away, the other replicas have it: checksum");
  }

  private static String start(RuntimeException error) {
    KvNode.Builder builder =
        stub(
            KvNode.Builder.class,
            "",
            () -> {
              throw error;
            },
            () -> "");
    // javadoc: StoreLockedException
    try (KvNode node = builder.start()) {
      return node.id() + " runs";
    } catch (StoreLockedException e) {
      return "stop the other one first: " + e.getMessage();
    } catch (AddressInUseException e) {
      return "give it another address: " + e.getMessage();
    } catch (StoreCorruptException e) {
      return "move the directory away, the other replicas have it: " + e.getMessage();
    }
    // javadoc ends
  }

  /** One whose methods answer alike, but for one of them. */
  private static <T> T stub(
      Class<T> type, String otherMethod, Supplier<?> answer, Supplier<?> otherAnswer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                (method.getName().equals(otherMethod) ? otherAnswer : answer).get()));
  }
}
