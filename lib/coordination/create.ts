/** What of coordination lives in this process: callers that wait for locks. It decides nothing. */
import type { AppContext } from "../kernel/context.ts";
import type { EventHub } from "../kernel/events/mod.ts";
import { createLockWaiters, type LockWaiters } from "./locks/mod.ts";

export interface Coordination {
  readonly waiters: LockWaiters;
  /** Withdraws what this instance has stored for its callers; before the store is closed. */
  close(): Promise<void>;
}

export function createCoordination(ctx: AppContext, hub: EventHub): Coordination {
  const waiters = createLockWaiters(ctx, hub);
  return {
    waiters,
    close: async () => {
      await waiters.close();
    },
  };
}
