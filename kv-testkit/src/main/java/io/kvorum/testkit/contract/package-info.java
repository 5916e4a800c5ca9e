// SPDX-License-Identifier: Apache-2.0
/**
 * What {@link io.kvorum.api.ReplicatedKv} promises, as checks that run on any group of replicas: of
 * Kvorum itself, or of a wrapper around it. They need no test framework; with JUnit, make each
 * {@link io.kvorum.testkit.contract.KvPromise} a dynamic test.
 */
@NullMarked
package io.kvorum.testkit.contract;

import org.jspecify.annotations.NullMarked;
