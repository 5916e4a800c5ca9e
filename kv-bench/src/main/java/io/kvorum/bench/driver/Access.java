// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

/** The ways of asking a {@link Target}, one for each of its methods. */
public enum Access {
  /** See {@link Target#put}. */
  PUT(true),
  /** See {@link Target#batch}. */
  BATCH(true),
  /** See {@link Target#compareAndSet}. */
  COMPARE_AND_SET(true),
  /** See {@link Target#get}. */
  GET(false),
  /** See {@link Target#leaseGet}. */
  LEASE_GET(false),
  /** See {@link Target#scan}. */
  SCAN(false);

  private final boolean writes;

  Access(boolean writes) {
    this.writes = writes;
  }

  /** Whether it changes what is stored. */
  boolean writes() {
    return writes;
  }
}
