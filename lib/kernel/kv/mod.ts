/**
 * Deno KV behind one door: keys with a workspace in front, staged write sets with limits, a group
 * committer, and `transact` on top. Nothing else in the program calls KV.
 */
export {
  createKeyspace,
  defineGlobalKey,
  defineKey,
  type GlobalKey,
  hashText,
  type Key,
  type KeyDefinition,
  type Keyspace,
  type WorkspaceKey,
  workspacePrefix,
} from "./keyspace.ts";
export { type CommitFault, type Faults, parseFaults } from "./faults.ts";
export { BLOB_THRESHOLD_BYTES, TX_LIMITS } from "./limits.ts";
export { openStore } from "./open.ts";
export { type Entry, type ListEntry, Store, type StoreTuning } from "./store.ts";
export { type EnqueueOptions, transact, type TransactOptions, Tx } from "./transact.ts";
export { type Append, type EventInput, type StagedJob, WriteSet } from "./write_set.ts";
export type { Committed } from "./batch_commit.ts";
export { KV_KEYS } from "./kernel_keys.ts";
export type { CommitOutcome } from "./committer.ts";
export {
  type BlobRef,
  readBlob,
  readJsonBlob,
  stageBlob,
  stageBlobRelease,
  stageJsonBlob,
  sweepBlobs,
} from "./blob.ts";
export { readCounter, readSharded, sumSharded } from "./counter.ts";
export {
  findIndexDrift,
  type IndexedAggregate,
  reindex,
  type Stage,
  stageIndexes,
} from "./index_keys.ts";
export {
  decideLease,
  holdsLease,
  type Lease,
  type LeaseDecision,
  stageLease,
  stageLeaseRelease,
} from "./lease.ts";
export { listEntryPage, listPage } from "./list_page.ts";
