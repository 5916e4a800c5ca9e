// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.driver.LoadCase;

/**
 * What reached the disk in the rounds of a case.
 *
 * @param bytesAnOperation by all replicas together, the journal of the file system included; median
 *     over the rounds
 */
record Written(LoadCase load, double bytesAnOperation) {}
