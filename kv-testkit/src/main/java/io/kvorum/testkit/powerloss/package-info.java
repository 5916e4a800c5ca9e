// SPDX-License-Identifier: Apache-2.0
/**
 * Losing power on purpose: what was written but not fsynced is really gone.
 *
 * <p>Killing a process is not enough, because the page cache of the operating system survives it.
 * Here a child JVM ({@link io.kvorum.testkit.powerloss.ChildJvm}) runs with a small C library
 * preloaded ({@link io.kvorum.testkit.powerloss.Recorder}) that records, in one total order, every
 * change of the files under one directory, every completed sync, and what the child says it has
 * acknowledged ({@link io.kvorum.testkit.powerloss.Acknowledgements}). From that record ({@link
 * io.kvorum.testkit.powerloss.RecordedRun}) any number of states of the directory can be rebuilt as
 * a power loss could have left them ({@link io.kvorum.testkit.powerloss.CrashState}), so one run
 * pays for hundreds of crashes. The grammar of the record stands at the head of {@code recorder.c}.
 *
 * <p>The strongest form needs root: {@link io.kvorum.testkit.powerloss.Disk} is a real file system
 * that the kernel shuts down under the process.
 *
 * <h2>Model</h2>
 *
 * <p>Two kinds of state, as in a real file system: the content of files, and the entries of
 * directories. A crash point is a place in the record; what came after it never happened.
 *
 * <ol>
 *   <li><b>P1.</b> A completed sync of a file keeps all its content that was recorded before the
 *       sync <i>began</i>.
 *   <li><b>P2.</b> What keeps a name (a create, link, rename, unlink) is the {@link
 *       io.kvorum.testkit.powerloss.DirectoryModel}.
 *   <li><b>P3.</b> Of everything else the {@link io.kvorum.testkit.powerloss.Survivors} choose what
 *       is found; they can keep more than was promised, never less.
 *   <li><b>P4.</b> A rename is atomic: found with both of its effects or with neither.
 *   <li><b>P5.</b> The same crash point, model, survivors and seed give the same state, byte for
 *       byte.
 * </ol>
 *
 * <h2>Limits</h2>
 *
 * <p>Linux with glibc, 64 bits, and a C compiler at test time. The directory must be empty when the
 * child starts. Shared writable mappings and symbolic links abort the child with a sentence. Files
 * written through C's {@code FILE} (RocksDB's {@code LOG}) are found with the bytes that did not go
 * through it; {@link io.kvorum.testkit.powerloss.RecordedRun#unrecordedFiles} names them. Programs
 * that the child starts are not recorded. The medium is trusted to keep what was synced and to
 * corrupt nothing.
 */
@NullMarked
package io.kvorum.testkit.powerloss;

import org.jspecify.annotations.NullMarked;
