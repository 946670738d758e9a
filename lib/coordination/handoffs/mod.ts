/** Handoffs: pending → claimed → completed; of those who want one exactly one gets it. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Call } from "../call.ts";
import type { Handoff, HandoffInput, HandoffStatus } from "./schema.ts";

export type { Handoff, HandoffInput, HandoffStatus } from "./schema.ts";

type Ctx = Pick<AppContext, "kv" | "clock" | "ids">;
type Reads = Pick<AppContext, "kv">;

/** For a named agent it also lands in its inbox. */
export function createHandoff(
  _ctx: Ctx,
  _call: Call,
  _input: HandoffInput & { readonly fromAgent: string },
): Promise<Handoff> {
  throw new Error("not built yet");
}

/** `not_found`; `conflict` with `claimedBy`, `toAgent`, `status` when it is not pending or meant for another. */
export function claimHandoff(
  _ctx: Ctx,
  _call: Call,
  _input: { readonly handoffId: string; readonly agentId: string },
): Promise<Handoff> {
  throw new Error("not built yet");
}

/** `not_found`; `conflict` when it is not claimed, or by another, or the token is stale. */
export function completeHandoff(
  _ctx: Ctx,
  _call: Call,
  _input: {
    readonly handoffId: string;
    readonly agentId: string;
    readonly token?: number | undefined;
    readonly resourcePath?: string | undefined;
  },
): Promise<Handoff> {
  throw new Error("not built yet");
}

/** Withdraws a pending one: by its sender, or anybody's without `agentId` (the edge asked for the right to). */
export function deleteHandoff(
  _ctx: Ctx,
  _call: Call,
  _input: { readonly handoffId: string; readonly agentId?: string | undefined },
): Promise<void> {
  throw new Error("not built yet");
}

export function getHandoff(
  _ctx: Reads,
  _workspaceId: string,
  _handoffId: string,
): Promise<Handoff | null> {
  throw new Error("not built yet");
}

/** Throws `not_found`. */
export function requireHandoff(
  _ctx: Reads,
  _workspaceId: string,
  _handoffId: string,
): Promise<Handoff> {
  throw new Error("not built yet");
}

export interface HandoffQuery extends Partial<PageQuery> {
  /** Its own and those for anybody. */
  readonly toAgent?: string | undefined;
  readonly fromAgent?: string | undefined;
  readonly status?: HandoffStatus | undefined;
}

/** Newest first. */
export function listHandoffs(
  _ctx: Reads,
  _workspaceId: string,
  _query?: HandoffQuery,
): Promise<Page<Handoff>> {
  throw new Error("not built yet");
}
