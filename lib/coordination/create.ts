/**
 * What of coordination lives in this process: callers that wait for locks, search indexes, WebSockets. It decides
 * nothing.
 */
import type { AppContext } from "../kernel/context.ts";
import type { EventHub } from "../kernel/events/mod.ts";
import { type Connections, createConnections } from "./agents/mod.ts";
import { createLockWaiters, type LockWaiters } from "./locks/mod.ts";
import { createSearchIndexes, type SearchIndexes } from "./search/mod.ts";

export interface Coordination {
  readonly waiters: LockWaiters;
  readonly search: SearchIndexes;
  readonly connections: Connections;
  /** Withdraws what this instance has stored for its callers; before the store is closed. */
  close(): Promise<void>;
}

export function createCoordination(ctx: AppContext, hub: EventHub): Coordination {
  const waiters = createLockWaiters(ctx, hub);
  const search = createSearchIndexes(ctx);
  const connections = createConnections(ctx, hub);
  return {
    waiters,
    search,
    connections,
    close: async () => {
      connections.close();
      search.close();
      await waiters.close();
    },
  };
}
