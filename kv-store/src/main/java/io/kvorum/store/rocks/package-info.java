// SPDX-License-Identifier: Apache-2.0
/**
 * The multi-version store on RocksDB. The bytes are specified in {@link io.kvorum.store.codec}.
 *
 * <p>From the outside in:
 *
 * <ul>
 *   <li>{@link io.kvorum.store.rocks.RocksMvccStore}: the directory, the life of the store, and who
 *       may run beside whom;
 *   <li>{@code Engine}: reads and writes of one generation, that is of one RocksDB database;
 *   <li>{@code PendingBatch}: a group of writes while it is built, over what {@code NewestCache}
 *       knows of the last ones; {@code PendingVersions}: what it has of one key; {@code
 *       UndoWriter}: where what is replaced goes; {@code OlderVersions}: how that is found again;
 *   <li>{@code PrefixDeletes} and {@code Collector}: the two writers that need more than one batch;
 *   <li>{@code Flusher}: the thread that brings memory to disk in {@code nowal} mode;
 *   <li>{@code Database}, {@code RecordIterator}, {@code View}: the owners of what is native,
 *       counted by {@link io.kvorum.store.rocks.NativeHandles}; {@code StoreMemory}: how much of
 *       it;
 *   <li>{@code StoredRecords}, {@code ShadowDatabase}: a look from outside that changes nothing.
 * </ul>
 *
 * <p>A store's directory:
 *
 * <pre>
 * LOCK             held while the store is open; "used" once there has been a generation in force
 * CURRENT          the name of the generation in force, replaced by one rename
 * gen-NNNNNN/      a RocksDB database; restore and install build the next one beside it
 * </pre>
 *
 * <p>Invariants (D numbers are those of the durability note in docs/design):
 *
 * <ol>
 *   <li>R1 (D1). What one call writes, the timestamps and the applied position are one RocksDB
 *       write.
 *   <li>R2 (D2). A direct write returns after RocksDB has fsynced its log. RocksDB syncs all live
 *       logs then, so every earlier raft write that has a log record is durable too. In {@code
 *       nowal} mode raft writes have none: they are flushed before the direct write is made.
 *   <li>R3 (D3). Logs that are not synced must not come back with a gap. RocksDB's option
 *       track_and_verify_wals makes recovery stop at a log whose predecessor lost its end. Inside
 *       one log {@code WalTail} cuts off what an interrupted write left, before RocksDB reads it,
 *       and refuses damage.
 *   <li>R4 (D6). The first failure of a read, write, sync or flush is kept; every later call
 *       throws, its owner is told, and nothing is flushed when it closes. RocksDB may not try again
 *       what failed in the background.
 *   <li>R5. One write runs at a time: who holds the write mutex may read, decide and write.
 *   <li>R6. A generation takes force by the rename of CURRENT, after it is complete and fsynced. A
 *       directory that CURRENT does not name is rubbish and is deleted when the store opens. When
 *       the rename reports an error, which one is in force is in doubt: both stay, and the store
 *       stops.
 *   <li>R7. No native object is used after it was closed: each call holds a lease; what replaces or
 *       closes the database first waits for all leases, then closes cursors and snapshots.
 *   <li>R8 (D3, D4). In {@code nowal} mode the durable position is the one that a read of the table
 *       files alone finds. A batch goes into one memtable as a whole, so any flush, whoever began
 *       it, leaves the effect of a prefix of the log, and its position with it.
 *   <li>R9 (D4). A checkpoint holds what had been written at one moment. RocksDB copies its logs
 *       later than it lists its files, and in {@code nowal} mode the logs lack what stands between
 *       their records; so such a checkpoint has empty logs, and files that hold all that was
 *       written before it began.
 * </ol>
 */
@NullMarked
package io.kvorum.store.rocks;

import org.jspecify.annotations.NullMarked;
