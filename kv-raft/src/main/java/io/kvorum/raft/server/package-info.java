// SPDX-License-Identifier: Apache-2.0
/**
 * The Raft server under a node, seen through the few questions that submission and reads ask it,
 * and the clock they share; {@code AppendsInTurn} stands before it, on the side of other replicas.
 */
@NullMarked
package io.kvorum.raft.server;

import org.jspecify.annotations.NullMarked;
