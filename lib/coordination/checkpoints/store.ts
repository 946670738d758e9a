/** Reads of checkpoints. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { listPage } from "../../kernel/kv/mod.ts";
import type { CheckpointState } from "./decide.ts";
import { checkpointHistoryKey, checkpointKey } from "./keys.ts";
import type { Checkpoint } from "./schema.ts";

export interface StoredCheckpoint extends CheckpointState {
  readonly v: 1;
  readonly atMs: number;
  /** Of the saves of this agent, from 1. */
  readonly number: number;
  /** The first that is still in the history. */
  readonly oldest: number;
}

export function shownCheckpoint(agentId: string, stored: StoredCheckpoint): Checkpoint {
  const { v: _, atMs, number: __, oldest: ___, ...state } = stored;
  return { agentId, ...state, checkpointAt: new Date(atMs).toISOString() };
}

export async function getCheckpoint(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
): Promise<Checkpoint | null> {
  const { value } = await ctx.kv.get<StoredCheckpoint>(checkpointKey(workspaceId, agentId));
  return value && shownCheckpoint(agentId, value);
}

/** The newest is the first. */
export async function listCheckpoints(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
  query: Partial<PageQuery> = {},
): Promise<Page<Checkpoint>> {
  const page = await listPage<StoredCheckpoint>(ctx, {
    ...query,
    prefix: checkpointHistoryKey.prefix(workspaceId, agentId),
  });
  return { ...page, items: page.items.map((stored) => shownCheckpoint(agentId, stored)) };
}
