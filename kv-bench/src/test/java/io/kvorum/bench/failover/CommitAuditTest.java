// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Change;
import io.kvorum.api.CommitEvent;
import io.kvorum.bench.failover.CommitAudit.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CommitAuditTest {

  private final CommitAudit audit = new CommitAudit();

  @Test
  void writesThatAreInOneCommitEachAreFine() {
    audit.acknowledge("a", 1);
    audit.acknowledge("b", 2);
    commit("a", 1);
    commit("b", 2);
    commit("of a call whose outcome nobody knew", 3);
    assertThat(audit.verdict()).isEqualTo(new Verdict(2, 0, 0, 0));
    assertThat(audit.verdict().isClean()).isTrue();
  }

  @Test
  void aWriteThatIsInNoCommitIsLost() {
    audit.acknowledge("a", 1);
    assertThat(audit.verdict()).isEqualTo(new Verdict(1, 1, 0, 0));
    assertThat(audit.verdict().isClean()).isFalse();
  }

  @Test
  void aWriteThatIsInTwoCommitsWasAppliedTwice() {
    audit.acknowledge("a", 2);
    commit("a", 1);
    commit("a", 2);
    assertThat(audit.verdict()).isEqualTo(new Verdict(1, 0, 1, 0));
    assertThat(audit.verdict().isClean()).isFalse();
  }

  @Test
  void aCommitAtAnotherTimestampThanWasToldIsFound() {
    audit.acknowledge("a", 2);
    commit("a", 1);
    assertThat(audit.verdict()).isEqualTo(new Verdict(1, 0, 0, 1));
    assertThat(audit.verdict().isClean()).isFalse();
  }

  private void commit(String key, long commitTs) {
    byte[] bytes = key.getBytes(US_ASCII);
    audit.observe(new CommitEvent(commitTs, List.of(new Change.Put(bytes, bytes, 0))));
  }
}
