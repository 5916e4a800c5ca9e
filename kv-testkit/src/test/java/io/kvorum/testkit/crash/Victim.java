// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

/** Who loses power. */
enum Victim {
  /** A store by itself, without a log. */
  STORE,
  /** One replica of three that does not lead; the processes of the others are killed with it. */
  FOLLOWER,
  /** The replica that leads; the processes of the others are killed with it. */
  LEADER,
  /** All three replicas at once. */
  ALL
}
