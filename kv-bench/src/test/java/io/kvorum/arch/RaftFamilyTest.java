// SPDX-License-Identifier: Apache-2.0
package io.kvorum.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.theClass;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import java.util.Set;

/**
 * Only a write that the Raft log can replay may skip its fsync, so only the path that applies the
 * log may call the raft family.
 */
@AnalyzeClasses(packages = "io.kvorum", importOptions = DoNotIncludeTests.class)
final class RaftFamilyTest {

  private static final Set<String> RAFT_FAMILY =
      Set.of(
          "applyMutationsRaft",
          "checkMutationsRaft",
          "deletePrefixAtRaft",
          "openRaftBatch",
          "putRecord",
          "deleteRecord",
          "advanceTo");

  /** The apply path: the loop, and the package that carries commands out. */
  private static final String LOOP = "io.kvorum.fsm.ApplyLoop";

  private static final String INTERPRETER = "io.kvorum.fsm.interpret";

  private static final DescribedPredicate<JavaMethodCall> CALL_OF_THE_RAFT_FAMILY =
      DescribedPredicate.describe(
          "a method of the raft family",
          call -> RAFT_FAMILY.contains(call.getName()) && isStore(call.getTarget()));

  /** A store or batch may hand a call on to its own parts; kv bench measures the store alone. */
  private static final DescribedPredicate<JavaClass> ANYONE_ELSE =
      DescribedPredicate.describe(
          "that are not the apply path, a store, or a benchmark",
          type ->
              !outermost(type).getName().equals(LOOP)
                  && !type.getPackageName().equals(INTERPRETER)
                  && !type.isAssignableTo(MvccStore.class)
                  && !type.isAssignableTo(RaftBatch.class)
                  && !type.getPackageName().startsWith("io.kvorum.bench."));

  @ArchTest
  static final ArchRule ONLY_THE_APPLY_PATH_CALLS_IT =
      noClasses().that(ANYONE_ELSE).should().callMethodWhere(CALL_OF_THE_RAFT_FAMILY);

  /** Keeps the rule above honest: the apply path is where it says, and does call it. */
  @ArchTest
  static final ArchRule THE_APPLY_PATH_CALLS_IT =
      theClass(INTERPRETER + ".Interpreter").should().callMethodWhere(CALL_OF_THE_RAFT_FAMILY);

  /** Same log, same bytes: what a command does depends on nothing but the store and the entry. */
  @ArchTest
  static final ArchRule THE_INTERPRETER_IS_PURE =
      noClasses()
          .that()
          .resideInAPackage(INTERPRETER)
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "are clocks, random numbers, the environment, threads or IO",
                  RaftFamilyTest::isOutsideWorld));

  private static boolean isOutsideWorld(JavaClass type) {
    String name = type.getName();
    return name.equals("java.lang.System")
        || name.equals("java.lang.Thread")
        || name.equals("java.lang.Runtime")
        || name.equals("java.lang.ProcessHandle")
        || name.equals("java.util.Random")
        || name.equals("java.util.SplittableRandom")
        || name.equals("java.util.UUID")
        || name.equals("java.util.Date")
        || name.startsWith("java.util.concurrent.")
        || name.startsWith("java.util.random.")
        || name.startsWith("java.security.")
        || name.startsWith("java.time.")
        || name.startsWith("java.io.")
        || name.startsWith("java.nio.file.")
        || name.startsWith("java.nio.channels.")
        || name.startsWith("java.net.");
  }

  private static boolean isStore(AccessTarget target) {
    return target.getOwner().isAssignableTo(MvccStore.class)
        || target.getOwner().isAssignableTo(RaftBatch.class);
  }

  private static JavaClass outermost(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }
}
