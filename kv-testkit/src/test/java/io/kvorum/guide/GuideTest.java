// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every piece of Java in the guide's pages is code that a test of this package runs. {@code
 * -Dgolden.update=true} writes the pages anew.
 */
class GuideTest {

  @TestFactory
  Stream<DynamicTest> codeOfThePagesIsCodeThatRuns() throws IOException {
    List<GuideSnippets.Block> blocks = new ArrayList<>();
    for (Path page : GuideSnippets.pages()) {
      if (Boolean.getBoolean("golden.update")) {
        GuideSnippets.rewrite(page);
      }
      blocks.addAll(GuideSnippets.blocks(page));
    }
    assertThat(blocks).isNotEmpty();
    return blocks.stream()
        .map(
            block ->
                DynamicTest.dynamicTest(
                    block.page().getFileName() + ": " + block.source(),
                    () -> {
                      assertThat(block.source()).as("where this is from").isNotEmpty();
                      assertThat(block.code()).isEqualTo(GuideSnippets.code(block.source()));
                    }));
  }

  @Test
  void aPartOfAClassLosesItsIndentation() throws IOException {
    assertThat(GuideSnippets.code("GuideTest example")).isEqualTo("if (a) {\n  b;\n}\n");
  }

  /*
      // guide: example
      if (a) {
        b;
      }
      // guide ends
  */
}
