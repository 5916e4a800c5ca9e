// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which sync mode a store runs in. The options win over the system property, the property over the
 * environment. A name that is empty counts as not given; one that is unknown means {@link
 * SyncMode#SYNC}, with a warning, because a typing error must never cost durability.
 */
public final class SyncModes {

  private static final Logger LOG = LoggerFactory.getLogger(SyncModes.class);

  private SyncModes() {}

  /** The mode for a store that is being opened; asked once. */
  public static SyncMode resolve(StoreOptions options) {
    return resolve(options, System::getProperty, System::getenv);
  }

  /** As {@link #resolve(StoreOptions)}, with the look-ups given. */
  static SyncMode resolve(
      StoreOptions options,
      UnaryOperator<@Nullable String> property,
      UnaryOperator<@Nullable String> environment) {
    SyncMode chosen = options.fsmSyncMode();
    if (chosen != null) {
      return chosen;
    }
    String fromProperty = property.apply(StoreOptions.FSM_SYNC_MODE_PROPERTY);
    if (fromProperty != null && !fromProperty.isBlank()) {
      return parse("system property " + StoreOptions.FSM_SYNC_MODE_PROPERTY, fromProperty);
    }
    String fromEnvironment = environment.apply(StoreOptions.FSM_SYNC_MODE_ENV);
    if (fromEnvironment != null && !fromEnvironment.isBlank()) {
      return parse("environment variable " + StoreOptions.FSM_SYNC_MODE_ENV, fromEnvironment);
    }
    return SyncMode.SYNC;
  }

  private static SyncMode parse(String source, String name) {
    Optional<SyncMode> mode = SyncMode.parseStrict(name);
    if (mode.isEmpty()) {
      LOG.warn(
          "{} is \"{}\", which is no sync mode; running as {}. Accepted are: {}",
          source,
          name,
          SyncMode.SYNC.text(),
          Arrays.stream(SyncMode.values()).map(SyncMode::text).collect(Collectors.joining(", ")));
    }
    return mode.orElse(SyncMode.SYNC);
  }
}
