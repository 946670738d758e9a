/** What commands of the coordination hub need, over a store of its own and a clock moved by hand. */
import type { Call } from "../../lib/coordination/mod.ts";
import { ManualClock } from "../../lib/kernel/core/clock.ts";
import { type Ids, ulidIds } from "../../lib/kernel/core/ids.ts";
import type { Store } from "../../lib/kernel/kv/mod.ts";
import { tempStore, type TempStoreOptions } from "./temp_store.ts";

export interface HubContext extends AsyncDisposable {
  readonly kv: Store;
  readonly clock: ManualClock;
  readonly ids: Ids;
  /** A call as this agent, in workspace `default`. */
  as(agentId: string): Call;
}

/** The store keeps its own time: its queues and deadlines are not what these tests move. */
export async function hubContext(options: TempStoreOptions = {}): Promise<HubContext> {
  const store = await tempStore(options);
  const clock = new ManualClock();
  return {
    kv: store.kv,
    clock,
    ids: ulidIds(() => clock.now()),
    as: (agentId) => ({ workspaceId: "default", actor: `agent:${agentId}` }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
