// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The Javadoc of every type that users name shows code that a test of this module runs, or links to
 * a type whose code uses it. {@code -Dgolden.update=true} writes the code into the Javadoc.
 */
class JavadocExamplesTest {

  @TestFactory
  Stream<DynamicTest> everyTypeHasAnExampleThatRuns() throws IOException {
    Map<String, String> code = JavadocExamples.code();
    if (Boolean.getBoolean("golden.update")) {
      for (JavadocExamples.Type type : JavadocExamples.types().values()) {
        if (code.containsKey(type.name())) {
          type.write(code.get(type.name()));
        }
      }
    }
    Map<String, JavadocExamples.Type> types = JavadocExamples.types();
    assertThat(types).containsKeys("ReplicatedKv", "KvNode", "RocksMvccStore", "LocalCluster");
    return types.values().stream()
        .map(type -> DynamicTest.dynamicTest(type.name(), () -> check(type, code)));
  }

  private static void check(JavadocExamples.Type type, Map<String, String> code) {
    String example = type.example();
    assertThat(type.examplesInFile())
        .as("code in %s: in the Javadoc of the type alone", type.file())
        .isEqualTo(example == null ? 0 : 1);
    assertThat(example).as("the example, and the test's").isEqualTo(code.get(type.name()));
    assertThat(example != null || isInAnExampleOfItsLinks(type, code))
        .as("%s has an example, or links to a type whose example names it", type.name())
        .isTrue();
  }

  private static boolean isInAnExampleOfItsLinks(
      JavadocExamples.Type type, Map<String, String> code) {
    return type.links().stream()
        .map(link -> code.getOrDefault(link, ""))
        .anyMatch(text -> text.matches("(?s).*\\b" + type.name() + "\\b.*"));
  }

  @Test
  void everyExampleIsThatOfAType() throws IOException {
    assertThat(JavadocExamples.types().keySet()).containsAll(JavadocExamples.code().keySet());
  }

  /** There a brace must be closed, and a line must not look like a tag. */
  @Test
  void everyExampleCanStandInJavadoc() throws IOException {
    for (String code : JavadocExamples.code().values()) {
      assertThat(code).doesNotContainPattern("(?m)^\\s*@").doesNotContain("*/");
      assertThat(code.chars().filter(c -> c == '{').count())
          .as(code)
          .isEqualTo(code.chars().filter(c -> c == '}').count());
      assertThat(code.lines()).allMatch(line -> line.length() <= 97);
    }
  }
}
