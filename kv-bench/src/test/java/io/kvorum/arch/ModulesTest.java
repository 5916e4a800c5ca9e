// SPDX-License-Identifier: Apache-2.0
package io.kvorum.arch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may depend on whom. */
@AnalyzeClasses(packages = "io.kvorum", importOptions = DoNotIncludeTests.class)
final class ModulesTest {

  @ArchTest
  static final ArchRule ARROWS_RUN_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.kvorum..")
          .layer("api")
          .definedBy("io.kvorum.api..")
          .layer("store")
          .definedBy("io.kvorum.store..")
          .layer("fsm")
          .definedBy("io.kvorum.fsm..")
          .layer("raft")
          .definedBy("io.kvorum.raft..")
          .layer("testkit")
          .definedBy("io.kvorum.testkit..")
          .layer("cli")
          .definedBy("io.kvorum.cli..")
          .layer("bench")
          .definedBy("io.kvorum.bench..")
          .whereLayer("api")
          .mayNotAccessAnyLayer()
          .whereLayer("store")
          .mayOnlyAccessLayers("api")
          .whereLayer("fsm")
          .mayOnlyAccessLayers("api")
          .whereLayer("raft")
          .mayOnlyAccessLayers("api", "store", "fsm")
          .whereLayer("testkit")
          .mayOnlyAccessLayers("api", "store", "fsm", "raft")
          .whereLayer("cli")
          .mayOnlyAccessLayers("api", "store", "fsm", "raft", "testkit")
          .whereLayer("bench")
          .mayNotBeAccessedByAnyLayer()
          .ensureAllClassesAreContainedInArchitecture();

  @ArchTest
  static final ArchRule API_STANDS_ALONE =
      classes()
          .that()
          .resideInAPackage("io.kvorum.api..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.kvorum.api..", "java..", "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule ONLY_THE_STORE_KNOWS_ROCKSDB =
      noClasses()
          .that(
              not(
                  resideInAnyPackage(
                      "io.kvorum.store..",
                      "io.kvorum.bench.store.raw..",
                      "io.kvorum.bench.peer.rocks..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.rocksdb..")
          .because(
              "native objects have one owner; the other packages are what it is compared with");

  /** The benchmarks of bare Ratis, and of commands, whose bytes are Ratis's, are let in, too. */
  @ArchTest
  static final ArchRule ONLY_FSM_AND_RAFT_KNOW_RATIS =
      noClasses()
          .that(
              not(
                  resideInAnyPackage(
                      "io.kvorum.fsm..",
                      "io.kvorum.raft..",
                      "io.kvorum.bench.fsm..",
                      "io.kvorum.bench.peer.ratis..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.ratis..");

  @ArchTest
  static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
      slices().matching("io.kvorum.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
      noClasses()
          .should()
          .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Base)(\\$.*)?")
          .because("a noun of the field says more");
}
