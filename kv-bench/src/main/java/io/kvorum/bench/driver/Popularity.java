// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.SplittableRandom;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateDiscreteSampler;

/**
 * Which key number is asked for next. Not thread-safe.
 *
 * <p>Zipfian as in YCSB: the key of popularity {@code r} is asked for in proportion to {@code
 * r^-0.99}, and a hash (FNV-1a, 64 bits) spreads the popular ones over the key space, so that they
 * are not neighbours. Two may fall on the same key.
 */
final class Popularity {

  /** YCSB's {@code ZIPFIAN_CONSTANT}. */
  private static final double EXPONENT = 0.99;

  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 1099511628211L;

  private final SharedStateDiscreteSampler ranks;
  private final int keys;

  Popularity(int keys, SplittableRandom random) {
    UniformRandomProvider source = random::nextLong;
    this.keys = keys;
    this.ranks = RejectionInversionZipfSampler.of(source, keys, EXPONENT);
  }

  /** 1 for the most popular, up to the number of keys. */
  int nextRank() {
    return ranks.sample();
  }

  int nextKey() {
    return keyOfRank(nextRank());
  }

  int keyOfRank(int rank) {
    long hash = FNV_OFFSET;
    long rest = rank;
    for (int i = 0; i < Long.BYTES; i++) {
      hash = (hash ^ (rest & 0xFF)) * FNV_PRIME;
      rest >>>= 8;
    }
    return (int) Long.remainderUnsigned(hash, keys);
  }
}
