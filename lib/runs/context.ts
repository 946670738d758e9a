/** What commands on runs are given. */
import type { Tool } from "../agents/mod.ts";
import type { Engine } from "../engine/mod.ts";
import type { AppContext } from "../kernel/context.ts";
import type { EventHub } from "../kernel/events/mod.ts";
import type { Tx } from "../kernel/kv/mod.ts";

export interface RunsContext {
  readonly ctx: AppContext;
  readonly engine: Engine;
  readonly hub: Pick<EventHub, "followEvents">;
  readonly tools: ReadonlyMap<string, Tool>;
}

/** Lets the caller add to the commit, such as its stored answer, so that a crash loses both or neither. */
export interface StagedWith<T> {
  readonly staged?: (tx: Tx, result: T) => Promise<void>;
}
