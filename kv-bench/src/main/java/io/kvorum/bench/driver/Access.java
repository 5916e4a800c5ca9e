// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

/** The ways of asking a {@link Target}, one for each of its methods. */
public enum Access {
  /** See {@link Target#put}. */
  PUT,
  /** See {@link Target#batch}. */
  BATCH,
  /** See {@link Target#compareAndSet}. */
  COMPARE_AND_SET,
  /** See {@link Target#get}. */
  GET,
  /** See {@link Target#leaseGet}. */
  LEASE_GET,
  /** See {@link Target#scan}. */
  SCAN
}
