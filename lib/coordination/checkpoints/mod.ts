/** Checkpoints: what an agent needs to go on after it stopped, the newest and the last twenty. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Call } from "../call.ts";
import type { Checkpoint, CheckpointInput } from "./schema.ts";

export type { Checkpoint, CheckpointInput } from "./schema.ts";

/** Throws `conflict` for a stale token, `payload_too_large`. */
export function saveCheckpoint(
  _ctx: AppContext,
  _call: Call,
  _input: CheckpointInput & { readonly agentId: string },
): Promise<Checkpoint> {
  throw new Error("not built yet");
}

export function getCheckpoint(
  _ctx: Pick<AppContext, "kv">,
  _workspaceId: string,
  _agentId: string,
): Promise<Checkpoint | null> {
  throw new Error("not built yet");
}

/** Newest first. */
export function listCheckpoints(
  _ctx: Pick<AppContext, "kv">,
  _workspaceId: string,
  _agentId: string,
  _query?: Partial<PageQuery>,
): Promise<Page<Checkpoint>> {
  throw new Error("not built yet");
}
