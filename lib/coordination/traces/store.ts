/** Reads of traces, steps, escalations and flow. */
import type { AppContext } from "../../kernel/context.ts";
import { type Page, PAGE_LIMIT_DEFAULT, type PageQuery } from "../../kernel/core/page.ts";
import { type Key, listEntryPage, listPage, type Tx } from "../../kernel/kv/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { decideFlow, type FlowRecord } from "./flow.ts";
import {
  escalationKey,
  flowKey,
  openEscalationKey,
  traceAtKey,
  traceEscalationKey,
  traceKey,
  traceStepKey,
} from "./keys.ts";
import {
  shownEscalation,
  shownStep,
  shownTrace,
  type StoredEscalation,
  type StoredStep,
  type StoredTrace,
  traceNotFound,
  type TraceOf,
} from "./record.ts";
import type { Escalation, Flow, Trace, TraceStep } from "./schema.ts";

type Read = Pick<AppContext, "kv">;
type TimedRead = Pick<AppContext, "kv" | "clock">;

export async function requireTraceIn(tx: Tx, of: TraceOf): Promise<StoredTrace> {
  return await tx.get<StoredTrace>(traceKey(tx.workspaceId, of.agentId, of.sessionId)) ??
    traceNotFound(of);
}

export async function getTrace(
  ctx: Read,
  workspaceId: string,
  agentId: string,
  sessionId: string,
): Promise<Trace | null> {
  const { value } = await ctx.kv.get<StoredTrace>(traceKey(workspaceId, agentId, sessionId));
  return value && shownTrace(value);
}

/** Throws `not_found`. */
export async function requireTrace(
  ctx: Read,
  workspaceId: string,
  agentId: string,
  sessionId: string,
): Promise<Trace> {
  return await getTrace(ctx, workspaceId, agentId, sessionId) ??
    traceNotFound({ agentId, sessionId });
}

/** Newest first. */
export async function listTraces(
  ctx: Read,
  workspaceId: string,
  agentId: string,
  query: Partial<PageQuery> = {},
): Promise<Page<Trace>> {
  const { items, nextCursor } = await listPage<string>(ctx, {
    ...query,
    prefix: traceAtKey.prefix(workspaceId, agentId),
  });
  const keys = items.map((sessionId) => traceKey(workspaceId, agentId, sessionId));
  return { items: present(await ctx.kv.getMany(keys), shownTrace), nextCursor };
}

/** Oldest first. Throws `not_found`. */
export async function listSteps(
  ctx: Read,
  workspaceId: string,
  of: TraceOf,
  query: Partial<PageQuery> = {},
): Promise<Page<TraceStep>> {
  await requireTrace(ctx, workspaceId, of.agentId, of.sessionId);
  const page = await listPage<StoredStep>(ctx, {
    ...query,
    prefix: traceStepKey.prefix(workspaceId, of.agentId, of.sessionId),
    reverse: false,
  });
  return { items: page.items.map(shownStep), nextCursor: page.nextCursor };
}

/** The newest steps in their order, at most `limit`. */
export async function listNewestSteps(
  ctx: Read,
  workspaceId: string,
  of: TraceOf,
  limit: number,
): Promise<TraceStep[]> {
  const steps: TraceStep[] = [];
  const prefix = traceStepKey.prefix(workspaceId, of.agentId, of.sessionId);
  for await (const { value } of ctx.kv.list<StoredStep>({ prefix }, { reverse: true, limit })) {
    steps.push(shownStep(value));
  }
  return steps.reverse();
}

export interface EscalationFilter {
  readonly sessionId?: string | undefined;
  readonly open?: boolean | undefined;
}

/** Of one agent, newest first. Throws `not_found` for a trace that is not. */
export async function listEscalations(
  ctx: Read,
  workspaceId: string,
  agentId: string,
  query: Partial<PageQuery> & EscalationFilter = {},
): Promise<Page<Escalation>> {
  const { sessionId, open, limit, cursor } = query;
  const fits = (found: StoredEscalation) =>
    open === undefined || open === (found.resolvedAtMs === undefined);
  const options = { limit, cursor, query: `open:${open ?? ""}` };
  if (sessionId === undefined) {
    const page = await listPage<StoredEscalation>(ctx, {
      ...options,
      prefix: escalationKey.prefix(workspaceId, agentId),
      where: ({ value }) => fits(value as StoredEscalation),
    });
    return { ...page, items: page.items.map(shownEscalation) };
  }
  await requireTrace(ctx, workspaceId, agentId, sessionId);
  const prefix = traceEscalationKey.prefix(workspaceId, agentId, sessionId);
  return await pointed(
    ctx,
    { ...options, prefix },
    ({ key }) => escalationKey(workspaceId, agentId, String(key.at(-1))),
    fits,
  );
}

/** Of all agents, newest first. */
export async function listOpenEscalations(
  ctx: Read,
  workspaceId: string,
  query: Partial<PageQuery> = {},
): Promise<Page<Escalation>> {
  const prefix = openEscalationKey.prefix(workspaceId);
  return await pointed(
    ctx,
    { ...query, prefix },
    ({ key, value }) => escalationKey(workspaceId, value, String(key.at(-1))),
    () => true,
  );
}

/** Follows pointers page by page until as many as asked for fit. */
async function pointed(
  ctx: Read,
  options: Parameters<typeof listEntryPage>[1],
  keyOf: (entry: { key: Key; value: string }) => Key,
  fits: (found: StoredEscalation) => boolean,
): Promise<Page<Escalation>> {
  const items: Escalation[] = [];
  const wanted = options.limit ?? PAGE_LIMIT_DEFAULT;
  let cursor = options.cursor;
  do {
    const page = await listEntryPage<string>(ctx, {
      ...options,
      cursor,
      limit: wanted - items.length,
    });
    const found = await ctx.kv.getMany<StoredEscalation>(page.items.map(keyOf));
    items.push(...present(found.filter(({ value }) => value && fits(value)), shownEscalation));
    cursor = page.nextCursor ?? undefined;
  } while (cursor && items.length < wanted);
  return { items, nextCursor: cursor ?? null };
}

export async function getFlow(
  ctx: TimedRead,
  workspaceId: string,
  agentId: string,
): Promise<Flow> {
  return (await getFlows(ctx, workspaceId, [agentId])).get(agentId)!;
}

/** Every agent asked for has one: without a trace it is offline. */
export async function getFlows(
  ctx: TimedRead,
  workspaceId: string,
  agentIds: readonly string[],
): Promise<Map<string, Flow>> {
  const [{ traces: settings }, records] = await Promise.all([
    readSettings(ctx, workspaceId),
    ctx.kv.getMany<FlowRecord>(agentIds.map((agentId) => flowKey(workspaceId, agentId))),
  ]);
  const nowMs = ctx.clock.now();
  return new Map(
    agentIds.map((agentId, i) => [agentId, decideFlow(records[i]!.value, settings, nowMs)]),
  );
}

/** Open escalations of one agent. */
export async function countOpenEscalations(
  ctx: Read,
  workspaceId: string,
  agentId: string,
): Promise<number> {
  return (await ctx.kv.get<FlowRecord>(flowKey(workspaceId, agentId))).value?.openCount ?? 0;
}

function present<T, S>(entries: readonly { readonly value: T | null }[], shown: (value: T) => S) {
  return entries.flatMap(({ value }) => value === null ? [] : [shown(value)]);
}
