// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

/** What a snapshot stream is made of. */
public sealed interface StreamRecord permits VersionRecord, StateRecord {}
