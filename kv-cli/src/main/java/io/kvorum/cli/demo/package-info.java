// SPDX-License-Identifier: Apache-2.0
/**
 * {@code kv demo}: loads real entries into a replicated store, kills the leader on the way, and
 * shows that nothing acknowledged was lost.
 *
 * <p>Replica n1 lives in the demo's own process, as in a service that embeds it; the others are
 * processes of their own. All of the demo's files are in one folder: data in {@code n1/}, {@code
 * n2/}..., logs in {@code n1.log}..., the list of acknowledged entries in {@code acknowledged}. A
 * temporary folder is deleted at the end; one that was named with {@code --dir} stays.
 *
 * <p>An entry is <i>acknowledged</i> when the write that carried it returned a commit, and
 * <i>lost</i> on a replica when that replica, asked at the end, has not got it or has another
 * value.
 */
@NullMarked
package io.kvorum.cli.demo;

import org.jspecify.annotations.NullMarked;
