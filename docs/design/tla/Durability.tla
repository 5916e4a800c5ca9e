------------------------------- MODULE Durability -------------------------------
(* SPDX-License-Identifier: Apache-2.0

   The durability of one replica: its Raft log, its store, its checkpoints, and what a loss of power
   leaves of them. The note 2026_11_25_implemented_durability_model.md explains it; the numbers D2 to
   D7 are those of the durability note. A configuration names a mode, the bounds, and at most one
   thing that is done wrong.

   Entry i of the log is the number i: which entry has an index was settled by Raft. Any fsynced entry
   may be committed at any time, and any committed index may come as a checkpoint of the leader. *)
EXTENDS Naturals, Sequences

CONSTANTS
  Mode,       \* "sync", "nosync" or "nowal"
  Wrong,      \* "nothing", or what is done wrong
  MaxIndex,   \* entries of the log
  MaxDirect,  \* direct writes
  MaxCrash    \* losses of power

VARIABLES
  phase,      \* "down", "opened" (the store is), "up", or "refused": the start found a loss
  crashes,    \* losses of power so far
  log,        \* Raft log: entries first..last are there, up to synced they are fsynced
  promised,   \* entries up to here were acknowledged to the leader
  mem,        \* what a reader of the store sees
  tables,     \* what is in table files, fsynced
  wal,        \* records of RocksDB's log since then
  walSynced,  \* so many of them are fsynced
  unlogged,   \* nowal: mem holds raft writes that are in no file
  busy,       \* the write that is under way: [kind, ...]; one at a time
  walk,       \* Ratis has handed over entries up to here
  answered,   \* entries up to here were answered
  direct,     \* direct writes that have returned
  copy,       \* the checkpoint that is being taken: [stage, state]
  snap,       \* the newest finished checkpoint: [state, sound]
  reported,   \* the index that Ratis was told; it may purge up to here
  install,    \* the checkpoint that comes from the leader: [stage, index]
  twice       \* some entry was applied twice

vars == <<phase, crashes, log, promised, mem, tables, wal, walSynced, unlogged, busy, walk, answered,
          direct, copy, snap, reported, install, twice>>

Max(a, b) == IF a > b THEN a ELSE b

(* A state of the store, and at the same time a batch that changes one: the entries whose data it
   holds, the applied position, and the direct writes. *)
State(entries, position, directs) ==
  [entries |-> entries, position |-> position, direct |-> directs]
Empty == State({}, 0, {})
After(i) == State(1..i, i, {})

Plus(state, batch) ==
  State(state.entries \cup batch.entries,
        IF batch.position > 0 THEN batch.position ELSE state.position,
        state.direct \cup batch.direct)

RECURSIVE Replay(_, _)
Replay(state, records) ==
  IF records = <<>> THEN state ELSE Replay(Plus(state, Head(records)), Tail(records))

Durable == Replay(tables, SubSeq(wal, 1, walSynced))

Idle == [kind |-> "idle"]
NoCopy == [stage |-> "none", state |-> Empty]
NoInstall == [stage |-> "none", index |-> 0]

Init ==
  /\ phase = "up" /\ crashes = 0
  /\ log = [first |-> 1, last |-> 0, synced |-> 0] /\ promised = 0
  /\ mem = Empty /\ tables = Empty /\ wal = <<>> /\ walSynced = 0 /\ unlogged = FALSE
  /\ busy = Idle /\ walk = 0 /\ answered = 0 /\ direct = {}
  /\ copy = NoCopy /\ snap = [state |-> Empty, sound |-> TRUE] /\ reported = 0
  /\ install = NoInstall /\ twice = FALSE

---------------------------------------------------------------------------------
(* The Raft log. *)

LogUnchanged == UNCHANGED <<log, promised>>
StoreUnchanged == UNCHANGED <<mem, tables, wal, walSynced, unlogged>>
WriterUnchanged == UNCHANGED <<busy, walk, answered, direct, twice>>
CheckpointsUnchanged == UNCHANGED <<copy, snap, reported, install>>
Up == phase = "up" /\ UNCHANGED <<phase, crashes>>

AppendEntry ==
  /\ Up /\ log.last < MaxIndex
  /\ log' = [log EXCEPT !.last = @ + 1]
  /\ promised' = IF Wrong = "promises before the fsync" THEN log.last + 1 ELSE promised
  /\ StoreUnchanged /\ WriterUnchanged /\ CheckpointsUnchanged

SyncLog ==
  /\ Up /\ log.synced < log.last
  /\ log' = [log EXCEPT !.synced = log.last]
  /\ promised' = log.last
  /\ StoreUnchanged /\ WriterUnchanged /\ CheckpointsUnchanged

Purge ==
  /\ Up /\ log.first <= reported
  /\ \E first \in (log.first + 1)..(reported + 1) : log' = [log EXCEPT !.first = first]
  /\ UNCHANGED promised /\ StoreUnchanged /\ WriterUnchanged /\ CheckpointsUnchanged

---------------------------------------------------------------------------------
(* The store. *)

WriteRaft(batch) ==
  /\ mem' = Plus(mem, batch)
  /\ IF Mode = "nowal"
       THEN unlogged' = TRUE /\ UNCHANGED <<tables, wal, walSynced>>
       ELSE wal' = Append(wal, batch) /\ UNCHANGED <<tables, walSynced, unlogged>>

FlushTables == tables' = mem /\ wal' = <<>> /\ walSynced' = 0 /\ unlogged' = FALSE /\ UNCHANGED mem

SyncWal == walSynced' = Len(wal) /\ UNCHANGED <<mem, tables, wal, unlogged>>

MakeDurable == IF Mode = "nowal" THEN FlushTables ELSE SyncWal

(* A flush may come at any time: a full memtable, the schedule of nowal, a checkpoint. *)
Flush ==
  /\ Up /\ tables # mem
  /\ FlushTables
  /\ LogUnchanged /\ WriterUnchanged /\ CheckpointsUnchanged

(* One group: what Ratis hands over, less what the position says is held (D5), as one batch (D1). *)
ApplyGroup ==
  /\ Up /\ busy = Idle /\ log.first <= walk + 1 /\ install.stage # "named"
  /\ \E last \in (walk + 1)..(IF Wrong = "applies before the fsync" THEN log.last ELSE log.synced) :
       LET from == IF Wrong = "replays without skipping" THEN walk ELSE Max(walk, mem.position)
           fresh == (from + 1)..last
       IN /\ walk' = last
          /\ twice' = (twice \/ fresh \cap mem.entries # {})
          /\ IF fresh = {}
               THEN StoreUnchanged /\ UNCHANGED <<busy, answered>>
               ELSE IF Wrong = "position apart"
                 THEN /\ WriteRaft(State(fresh, 0, {}))
                      /\ busy' = [kind |-> "position", position |-> last]
                      /\ UNCHANGED answered
                 ELSE /\ WriteRaft(State(fresh, last, {}))
                      /\ busy' = IF Mode = "sync" THEN [kind |-> "sync"] ELSE Idle
                      /\ answered' = IF Mode = "sync" THEN answered ELSE Max(answered, last)
  /\ UNCHANGED direct /\ LogUnchanged /\ CheckpointsUnchanged

WritePosition ==
  /\ Up /\ busy.kind = "position"
  /\ WriteRaft(State({}, busy.position, {}))
  /\ busy' = IF Mode = "sync" THEN [kind |-> "sync"] ELSE Idle
  /\ UNCHANGED <<walk, answered, direct, twice>> /\ LogUnchanged /\ CheckpointsUnchanged

SyncGroup ==
  /\ Up /\ busy.kind = "sync"
  /\ SyncWal
  /\ busy' = Idle /\ answered' = Max(answered, mem.position)
  /\ UNCHANGED <<walk, direct, twice>> /\ LogUnchanged /\ CheckpointsUnchanged

(* A direct write moves the version that it replaces, which may be that of the newest entry: its
   batch holds that data again. What is in no file is flushed first, or it would come back alone. *)
WriteDirect ==
  /\ Up /\ busy = Idle
  /\ \E d \in (1..MaxDirect) \ mem.direct :
       LET moved == IF mem.position = 0 THEN {} ELSE {mem.position}
           batch == State(moved, 0, {d})
           flushed == unlogged /\ Wrong # "direct beside unflushed"
       IN /\ \A earlier \in 1..(d - 1) : earlier \in mem.direct
          /\ mem' = Plus(mem, batch)
          /\ tables' = IF flushed THEN mem ELSE tables
          /\ wal' = IF flushed THEN <<batch>> ELSE Append(wal, batch)
          /\ walSynced' = IF flushed THEN 0 ELSE walSynced
          /\ unlogged' = (unlogged /\ ~flushed)
          /\ busy' = IF Wrong = "direct unsynced" THEN Idle ELSE [kind |-> "direct", write |-> d]
          /\ direct' = IF Wrong = "direct unsynced" THEN direct \cup {d} ELSE direct
  /\ UNCHANGED <<walk, answered, twice>> /\ LogUnchanged /\ CheckpointsUnchanged

SyncDirect ==
  /\ Up /\ busy.kind = "direct"
  /\ SyncWal
  /\ busy' = Idle /\ direct' = direct \cup {busy.write}
  /\ UNCHANGED <<walk, answered, twice>> /\ LogUnchanged /\ CheckpointsUnchanged

---------------------------------------------------------------------------------
(* Checkpoints: copy, make the store durable, give the copy its name, report (D4). *)

CopyStore ==
  /\ Up /\ busy = Idle /\ copy.stage = "none" /\ install.stage \in {"none", "received"}
  /\ mem.position > snap.state.position
  /\ copy' = [stage |-> "copied", state |-> mem]
  /\ reported' = IF Wrong = "purges before the flush" THEN mem.position ELSE reported
  /\ UNCHANGED <<snap, install>> /\ LogUnchanged /\ StoreUnchanged /\ WriterUnchanged

SyncStore ==
  /\ Up /\ copy.stage = "copied"
  /\ MakeDurable
  /\ copy' = [copy EXCEPT !.stage = "durable"]
  /\ UNCHANGED <<snap, reported, install>> /\ LogUnchanged /\ WriterUnchanged

NameCopy ==
  /\ Up /\ copy.stage = "durable"
  /\ snap' = [state |-> copy.state, sound |-> TRUE]
  /\ copy' = [copy EXCEPT !.stage = "named"]
  /\ UNCHANGED <<reported, install>> /\ LogUnchanged /\ StoreUnchanged /\ WriterUnchanged

Report ==
  /\ Up /\ copy.stage = "named"
  /\ reported' = IF Wrong = "reports what is applied" THEN mem.position ELSE snap.state.position
  /\ copy' = NoCopy
  /\ UNCHANGED <<snap, install>> /\ LogUnchanged /\ StoreUnchanged /\ WriterUnchanged

---------------------------------------------------------------------------------
(* A checkpoint of the leader (D7): receive, fsync, rename, cut the log, replace the store. Ratis
   renames and cuts the log, under its lock, before the state machine replaces its store; the rename
   takes all earlier checkpoints away, so Ratis refuses one whose index is committed here by then. A
   store that is replaced has no direct writes: those of a replica are in a database of their own. *)

Receive ==
  /\ Up /\ install.stage = "none" /\ MaxDirect = 0
  /\ \E i \in (mem.position + 1)..MaxIndex : install' = [stage |-> "received", index |-> i]
  /\ UNCHANGED <<copy, snap, reported>> /\ LogUnchanged /\ StoreUnchanged /\ WriterUnchanged

SyncReceived ==
  /\ Up /\ install.stage = "received" /\ copy.stage = "none"
  /\ install' = [install EXCEPT !.stage = "synced"]
  /\ UNCHANGED <<copy, snap, reported>> /\ LogUnchanged /\ StoreUnchanged /\ WriterUnchanged

NameReceived ==
  /\ Up /\ copy.stage = "none"
  /\ walk < install.index \/ Wrong = "installs what is older"
  /\ install.stage = IF Wrong = "installs before the fsync" THEN "received" ELSE "synced"
  /\ snap' = [state |-> After(install.index), sound |-> install.stage = "synced"]
  /\ install' = [install EXCEPT !.stage = "named"]
  /\ UNCHANGED <<copy, reported>> /\ LogUnchanged /\ StoreUnchanged /\ WriterUnchanged

LogFrom(i) == [first |-> i + 1, last |-> Max(log.last, i), synced |-> Max(log.synced, i)]

CutLog ==
  /\ Up /\ install.stage = "named"
  /\ log' = LogFrom(install.index)
  /\ promised' = Max(promised, install.index)
  /\ install' = [install EXCEPT !.stage = "cut"]
  /\ UNCHANGED <<copy, snap, reported>> /\ StoreUnchanged /\ WriterUnchanged

(* The next generation is complete and fsynced before the pointer to it is renamed. *)
ReplaceStore ==
  IF snap.state.position > mem.position
    THEN /\ mem' = snap.state /\ tables' = snap.state
         /\ wal' = <<>> /\ walSynced' = 0 /\ unlogged' = FALSE
    ELSE StoreUnchanged

InstallStore ==
  /\ Up /\ busy = Idle /\ install.stage = "cut"
  /\ ReplaceStore
  /\ walk' = snap.state.position /\ reported' = snap.state.position
  /\ install' = NoInstall
  /\ UNCHANGED <<busy, answered, direct, twice, copy, snap>> /\ LogUnchanged

---------------------------------------------------------------------------------
(* Loss of power at any moment, a start that may be interrupted by the next one. What was not fsynced
   is kept up to any record; a process that is killed is the case in which all is kept. *)

Survivors ==
  IF Wrong = "logs untracked"
    THEN {SelectSeq([i \in 1..Len(wal) |-> [at |-> i, batch |-> wal[i]]],
                    LAMBDA r : r.at <= walSynced \/ r.at \in kept)
          : kept \in SUBSET ((walSynced + 1)..Len(wal))}
    ELSE {[i \in 1..n |-> [at |-> i, batch |-> wal[i]]] : n \in walSynced..Len(wal)}

LosePower ==
  /\ phase \in {"opened", "up"} /\ crashes < MaxCrash
  /\ phase' = "down" /\ crashes' = crashes + 1
  /\ \E kept \in Survivors :
       wal' = [i \in 1..Len(kept) |-> kept[i].batch] /\ walSynced' = Len(kept)
  /\ \E last \in log.synced..log.last : log' = [log EXCEPT !.last = last, !.synced = last]
  /\ mem' = Empty /\ unlogged' = FALSE /\ busy' = Idle /\ walk' = 0
  /\ copy' = NoCopy /\ install' = NoInstall /\ reported' = 0
  /\ UNCHANGED <<promised, tables, answered, direct, snap, twice>>

(* RocksDB replays its log into table files. A checkpoint that does not verify cannot be passed over
   when the store has not reached it: the log may have been cut for it. *)
OpenStore ==
  /\ phase = "down"
  /\ mem' = Replay(tables, wal) /\ tables' = mem' /\ wal' = <<>> /\ walSynced' = 0
  /\ phase' = IF snap.sound \/ snap.state.position <= mem'.position THEN "opened" ELSE "refused"
  /\ UNCHANGED <<crashes, unlogged>>
  /\ LogUnchanged /\ WriterUnchanged /\ CheckpointsUnchanged

(* Installs a checkpoint that the store has not reached, then checks that log and store fit. Ratis
   begins at the newest checkpoint: if that is damaged, or the log begins behind it, a new one is
   written, of the store, which opening has made durable. *)
Start ==
  /\ phase = "opened"
  /\ ReplaceStore
  /\ phase' = IF log.first <= Max(mem'.position, snap.state.position) + 1
                 /\ Max(log.last, snap.state.position) >= mem'.position
                THEN "up" ELSE "refused"
  /\ snap' = IF snap.sound /\ log.first <= snap.state.position + 1
               THEN snap ELSE [state |-> mem', sound |-> TRUE]
  /\ walk' = snap'.state.position /\ reported' = snap'.state.position
  /\ log' = IF log.last < snap'.state.position THEN LogFrom(snap'.state.position) ELSE log
  /\ UNCHANGED <<crashes, promised, busy, answered, direct, twice, copy, install>>

Next ==
  \/ AppendEntry \/ SyncLog \/ Purge
  \/ Flush \/ ApplyGroup \/ WritePosition \/ SyncGroup \/ WriteDirect \/ SyncDirect
  \/ CopyStore \/ SyncStore \/ NameCopy \/ Report
  \/ Receive \/ SyncReceived \/ NameReceived \/ CutLog \/ InstallStore
  \/ LosePower \/ OpenStore \/ Start

Spec == Init /\ [][Next]_vars

---------------------------------------------------------------------------------
(* What must hold. *)

Recovered == phase \in {"opened", "up"} /\ busy.kind # "position"

(* D2: a direct write that has returned is there. *)
DirectIsDurable == Recovered => direct \subseteq mem.direct

(* D3 and D7: the replicated state is the effect of the entries 1..P, P being its position. *)
StateIsPrefix == Recovered => mem.entries = 1..mem.position

(* D4: what was reported is durable in a checkpoint, which a start installs if the store has not
   reached it, and the log begins below. A store with direct writes must hold it durably itself, for
   an installation would undo them. *)
FloorIsDurable ==
  phase = "up" =>
    /\ reported <= snap.state.position /\ snap.sound
    /\ MaxDirect > 0 => reported <= Durable.position
    /\ log.first <= snap.state.position + 1

(* D5 *)
AppliedOnce == ~twice

(* What this replica acknowledged to the leader, it has: in its log, or in a checkpoint. *)
PromiseIsKept == phase = "up" => Max(log.last, snap.state.position) >= promised

(* It always starts again by itself. *)
AlwaysStarts == phase # "refused"

(* sync: an entry that was answered is in the store, whatever the log could replay. *)
AnsweredIsInStore == Mode = "sync" /\ Recovered => mem.position >= answered

(* Must be violated, or the bounds let nothing happen. *)
NothingHappens ==
  ~(phase = "up" /\ crashes = MaxCrash /\ log.first > 1 /\ mem.position = MaxIndex
    /\ (MaxDirect > 0 => direct = 1..MaxDirect))
==================================================================================
