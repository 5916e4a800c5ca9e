// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class SyncModesTest {

  /** Columns: options, property, environment, the mode that follows, the name warned about. */
  @ParameterizedTest
  @CsvSource({
    ",,,SYNC,",
    ",,nosync,NOSYNC,",
    ",,'  NoSync ',NOSYNC,",
    ",nowal,nosync,NOWAL,",
    "SYNC,nowal,nosync,SYNC,",
    ",'',nosync,NOSYNC,",
    ",'  ',,SYNC,",
    ",,garbage,SYNC,garbage",
    ",fast,nosync,SYNC,fast",
    "NOSYNC,fast,garbage,NOSYNC,",
  })
  void theNearestNameWinsAndAnUnknownOneMeansSync(
      String options, String property, String environment, SyncMode mode, String warnedAbout) {
    Logger logger = (Logger) LoggerFactory.getLogger(SyncModes.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      StoreOptions storeOptions =
          options == null
              ? StoreOptions.defaults()
              : StoreOptions.defaults().withFsmSyncMode(SyncMode.valueOf(options));
      assertThat(SyncModes.resolve(storeOptions, name -> property, name -> environment))
          .isEqualTo(mode);
    } finally {
      logger.detachAppender(log);
    }
    List<String> warnings = log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    if (warnedAbout == null) {
      assertThat(warnings).isEmpty();
    } else {
      assertThat(warnings).hasSize(1);
      assertThat(warnings.get(0)).contains(warnedAbout, "sync, nosync, nowal");
    }
  }
}
