/** Reads of handoffs, and the one way a handoff is written. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { isId } from "../../kernel/core/ids.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { type Key, stageIndexes, type Tx } from "../../kernel/kv/mod.ts";
import { pointedPage } from "../pointed_page.ts";
import { BOARD_STREAM } from "../streams.ts";
import { ANYBODY, handoffByKey, handoffIndexes, handoffKey, type StoredHandoff } from "./keys.ts";
import type { Handoff, HandoffStatus } from "./schema.ts";

type Reads = Pick<AppContext, "kv">;

export interface HandoffQuery extends Partial<PageQuery> {
  /** Its own and those for anybody. */
  readonly toAgent?: string | undefined;
  readonly fromAgent?: string | undefined;
  readonly status?: HandoffStatus | undefined;
}

export async function getHandoff(
  ctx: Reads,
  workspaceId: string,
  handoffId: string,
): Promise<Handoff | null> {
  // What cannot be an id must not become a key either.
  if (!isId("handoff", handoffId)) return null;
  const { value } = await ctx.kv.get<StoredHandoff>(handoffKey(workspaceId, handoffId));
  return value && shownHandoff(value);
}

/** Throws `not_found`. */
export async function requireHandoff(
  ctx: Reads,
  workspaceId: string,
  handoffId: string,
): Promise<Handoff> {
  return await getHandoff(ctx, workspaceId, handoffId) ?? handoffNotFound(handoffId);
}

/** As `requireHandoff`, checked at commit. */
export async function requireHandoffIn(tx: Tx, handoffId: string): Promise<Handoff> {
  if (!isId("handoff", handoffId)) handoffNotFound(handoffId);
  const stored = await tx.get<StoredHandoff>(handoffKey(tx.workspaceId, handoffId));
  return stored ? shownHandoff(stored) : handoffNotFound(handoffId);
}

/** Newest first. */
export async function listHandoffs(
  ctx: Reads,
  workspaceId: string,
  query: HandoffQuery = {},
): Promise<Page<Handoff>> {
  const { toAgent, fromAgent, status, limit, cursor } = query;
  const page = await pointedPage<StoredHandoff>(ctx, {
    ranges: rangesOf(workspaceId, query),
    query: `handoffs:${workspaceId}:${toAgent ?? "*"}:${fromAgent ?? "*"}:${status ?? ""}`,
    limit,
    cursor,
    record: (id) => handoffKey(workspaceId, id),
    fits: (handoff) =>
      (!status || handoff.status === status) &&
      (fromAgent === undefined || handoff.fromAgent === fromAgent) &&
      (toAgent === undefined || handoff.toAgent === undefined || handoff.toAgent === toAgent),
  });
  return { ...page, items: page.items.map(shownHandoff) };
}

function rangesOf(workspaceId: string, { toAgent, fromAgent, status }: HandoffQuery): Key[] {
  const by = (...parts: string[]) => handoffByKey.prefix(workspaceId, ...parts);
  if (fromAgent !== undefined) {
    return [status ? by("from_status", fromAgent, status) : by("from", fromAgent)];
  }
  if (toAgent !== undefined) {
    return [toAgent, ANYBODY].map((to) => status ? by("to_status", to, status) : by("to", to));
  }
  return [status ? by("status", status) : by("all")];
}

export interface HandoffEvent {
  readonly type: `handoff.${"created" | "claimed" | "completed" | "deleted"}`;
  readonly actor: string;
}

/** The record as it becomes (null: withdrawn), its pointers and the event. */
export function stageHandoff(
  tx: Tx,
  before: Handoff | null,
  after: Handoff | null,
  event: HandoffEvent,
): void {
  const { workspaceId } = tx;
  const handoff = (after ?? before)!;
  const key = handoffKey(workspaceId, handoff.id);
  if (after) tx.set(key, { v: 1, ...after } satisfies StoredHandoff);
  else tx.delete(key);
  stageIndexes(tx, handoffIndexes, workspaceId, before, after);
  tx.emit(BOARD_STREAM, { ...event, ...(!after && { handoffId: handoff.id }), handoff });
}

function shownHandoff({ v: _, ...handoff }: StoredHandoff): Handoff {
  return handoff;
}

function handoffNotFound(handoffId: string): never {
  throw new AppError("not_found", {
    detail: `There is no handoff "${handoffId.slice(0, 128)}"`,
  });
}
