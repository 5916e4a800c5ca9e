// SPDX-License-Identifier: Apache-2.0
/**
 * The replicated state machine: what turns the entries of a Raft log into the content of a store.
 *
 * <p>The life of a command:
 *
 * <ol>
 *   <li>the leader checks it, stamps its clock into it and proposes it ({@link
 *       io.kvorum.fsm.KvStateMachine#startTransaction});
 *   <li>each replica is handed the committed entry and queues it ({@code ApplyQueue});
 *   <li>one thread takes what has come together, carries it out on one batch of the store ({@code
 *       ApplyLoop}, {@link io.kvorum.fsm.interpret.Interpreter}), and commits the batch with the
 *       position of its last entry;
 *   <li>the listener hears that it is visible, and the futures complete, in the order of the log.
 * </ol>
 *
 * <p>Two positions must not be mixed up. The store's <i>applied position</i> says what the data
 * holds, and decides what is skipped. Ratis's <i>last applied</i> says how far its walk over the
 * log has come: it begins at the newest checkpoint, and after a restart runs behind the store until
 * the entries in between have been skipped.
 *
 * <p>Checkpoints are directories in the one that Ratis calls the state machine's:
 *
 * <pre>
 *   checkpoint-TERM_INDEX/store/...     the store's own files
 *   checkpoint-TERM_INDEX/MANIFEST      position, sizes, hashes; see CheckpointManifest
 *   unfinished-checkpoint/              being written, or left by a crash: removed at start
 * </pre>
 *
 * <p>A checkpoint is written beside its final name, fsynced, and renamed; all but the links to the
 * store's files happens beside the writes ({@code Checkpointer}). Ratis sends its files to a
 * follower that has fallen behind the log, which verifies every hash before its store takes them
 * over. At start the newest checkpoint is verified as well, and installed if the store has not
 * reached it: that is a crash within an installation. The medium is assumed to be a file system on
 * which the fsync of a file or directory also carries the renames before it, for the directory that
 * Ratis renames during an installation is not fsynced by Ratis; its content is fsynced here,
 * before.
 */
@NullMarked
package io.kvorum.fsm;

import org.jspecify.annotations.NullMarked;
