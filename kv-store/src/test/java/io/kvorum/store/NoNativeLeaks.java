// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import io.kvorum.store.rocks.NativeHandles;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a class of tests that leaves anything native open, and says where it was opened. Registered
 * for every class of this module by the service loader.
 */
public final class NoNativeLeaks implements BeforeAllCallback, AfterAllCallback {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(NoNativeLeaks.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(NAMESPACE).put(context.getUniqueId(), NativeHandles.count());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Long before = context.getStore(NAMESPACE).get(context.getUniqueId(), Long.class);
    if (before == null || NativeHandles.count() != before) {
      throw new AssertionError(
          NativeHandles.count() + " native handles are open, " + before + " were: " + places());
    }
  }

  private static String places() {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text);
    NativeHandles.list().forEach(open -> open.openedAt().printStackTrace(writer));
    writer.flush();
    return text.toString();
  }
}
