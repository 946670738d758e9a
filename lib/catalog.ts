/** Every key prefix and job of the program, assembled from the slices. A new one is a line here. */
import { coordinationJobs, coordinationKeys } from "./coordination/mod.ts";
import { engineKeys, runResume, sessionAdvance } from "./engine/mod.ts";
import { gatewayKeys } from "./gateway/mod.ts";
import { approvalExpire, governanceKeys } from "./governance/mod.ts";
import { identityKeys } from "./identity/mod.ts";
import { EVENT_KEYS } from "./kernel/events/mod.ts";
import { type AnyJob, JOB_KEYS } from "./kernel/jobs/mod.ts";
import { createKeyspace, type Keyspace, KV_KEYS } from "./kernel/kv/mod.ts";
import { sessionKeys } from "./sessions/mod.ts";

/** Prefix → slice, version, retention. Throws when two slices take one prefix. */
export function createCatalogKeyspace(): Keyspace {
  return createKeyspace([
    ...KV_KEYS,
    ...EVENT_KEYS,
    ...JOB_KEYS,
    ...identityKeys,
    ...governanceKeys,
    ...gatewayKeys,
    ...coordinationKeys,
    ...engineKeys,
    ...sessionKeys,
  ]);
}

/** What the worker can do. A job found in the queue and not here is a dead letter. */
export const JOBS: readonly AnyJob[] = [
  runResume,
  sessionAdvance,
  approvalExpire,
  ...coordinationJobs,
];
