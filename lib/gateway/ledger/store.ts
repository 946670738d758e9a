/** Reading calls: those that are over from the store, those under way from every process. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { idTime } from "../../kernel/core/ids.ts";
import { decodeCursor, encodeCursor, type Page, type PageQuery } from "../../kernel/core/page.ts";
import type { Key } from "../../kernel/kv/mod.ts";
import type { CallRecord } from "../calls/schema.ts";
import type { Ledger, LedgerContext, LiveCalls } from "./create.ts";
import { callsKey, liveCallsKey } from "./keys.ts";
import type { GatewayCall } from "./schema.ts";
import type { StoredCall } from "./tally.ts";

/** Values read ahead: each holds up to 60 calls. */
const BATCH = 8;
/** Calls that one page looks at for those a filter fits. */
const LOOKED_MAX = 20_000;
const LIVE_MAX = 500;
/** The longest deadline there is, and what follows it. */
const LONGEST_MS = 2 * 3_600_000;
const SKEW_MS = 1_000;

export interface CallFilter {
  readonly status?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly keyId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly runId?: string | undefined;
}

interface Place {
  readonly key: Key;
  /** Behind it nothing comes before this one. */
  readonly next: Key;
  /** In the value of the key. */
  readonly index: number;
}

/** Those that are over, the last that ended first. A page may be short of its limit where a filter fits few. */
export async function listCalls(
  ctx: LedgerContext,
  ledger: Ledger,
  workspaceId: string,
  { limit, cursor, ...filter }: PageQuery & CallFilter,
): Promise<Page<GatewayCall>> {
  await ledger.flush();
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined);
  const query = JSON.stringify(["calls", workspaceId, asked]);
  const after = cursor === undefined ? null : placeOf(workspaceId, decodeCursor(query, cursor));
  const prefix = callsKey.prefix(workspaceId);
  const selector = after ? { prefix, end: after.next } : { prefix };
  const items: GatewayCall[] = [];
  let last = "";
  let looked = 0;
  const reading = { reverse: true, batchSize: BATCH };
  for await (const { key, value } of ctx.kv.list<readonly StoredCall[]>(selector, reading)) {
    const isSame = after !== null && key.slice(3).join() === after.key.slice(3).join();
    for (let index = isSame ? after.index - 1 : value.length - 1; index >= 0; index--) {
      const call = value[index]!;
      const fits = asked.every(([name, wanted]) => memberOf(call, name) === wanted);
      if ((fits && items.length === limit) || looked === LOOKED_MAX) {
        return { items, nextCursor: encodeCursor(query, last) };
      }
      looked++;
      last = JSON.stringify([...key.slice(3), index]);
      if (fits) items.push(viewOf(call));
    }
  }
  return { items, nextCursor: null };
}

/** Also one under way. Throws `not_found`. */
export async function requireCall(
  ctx: LedgerContext,
  ledger: Ledger,
  workspaceId: string,
  id: string,
): Promise<GatewayCall> {
  await ledger.flush();
  const began = idTime(id);
  const found = await findCall(ctx, id, {
    start: callsKey(workspaceId, began - SKEW_MS),
    end: callsKey(workspaceId, began + LONGEST_MS),
  });
  if (found) return viewOf(found);
  const live = (await listLiveCalls(ctx, ledger, workspaceId)).find((call) => call.id === id);
  if (live) return live;
  throw new AppError("not_found", { detail: `There is no call "${id}"; calls are kept 30 days` });
}

/** It was written when it was over: soon after it began, at the latest when its deadline had passed. */
async function findCall(
  { kv }: LedgerContext,
  id: string,
  range: { readonly start: Key; readonly end: Key },
): Promise<StoredCall | null> {
  for await (const { value } of kv.list<readonly StoredCall[]>(range, { batchSize: BATCH })) {
    const found = value.find((call) => call.id === id);
    if (found) return found;
  }
  return null;
}

function memberOf({ caller, ...call }: StoredCall, name: string): unknown {
  return (call as Record<string, unknown>)[name] ?? caller[name as keyof typeof caller];
}

function placeOf(workspaceId: string, suffix: string): Place {
  let parts: unknown;
  try {
    parts = JSON.parse(suffix);
  } catch {
    parts = null;
  }
  const [written, process, n, index] = Array.isArray(parts) ? parts : [];
  if (![written, n, index].every(Number.isSafeInteger) || typeof process !== "string") {
    throw new AppError("invalid_input", {
      detail: "The cursor does not belong to this list; start again without one",
      fields: [{ path: "cursor", message: "not a cursor of this list" }],
    });
  }
  const keyOf = (number: number) => callsKey(workspaceId, written, process, number);
  return { key: keyOf(n), next: keyOf(n + 1), index };
}

/** Under way now, the newest first; of other processes as they were a second ago. */
export async function listLiveCalls(
  ctx: Pick<AppContext, "kv" | "clock">,
  ledger: Ledger,
  workspaceId: string,
): Promise<GatewayCall[]> {
  const calls: CallRecord[] = ledger.running(workspaceId);
  if (!ctx.kv.exclusive) {
    const prefix = liveCallsKey.prefix(workspaceId);
    for await (const { key, value } of ctx.kv.list<LiveCalls>({ prefix })) {
      if (key.at(-1) !== ctx.kv.storeId && value.until > ctx.clock.now()) {
        calls.push(...value.calls);
      }
    }
  }
  const newest = calls.sort((a, b) => b.id < a.id ? -1 : 1).slice(0, LIVE_MAX);
  return newest.map(viewOf);
}

function viewOf(call: CallRecord | StoredCall): GatewayCall {
  const { startedAt, endedAt, attempts, costMicros } = call;
  const { id, status, operation, caller, requested, model, provider, tier, route, stream } = call;
  const { cache, latencyMs, firstTokenMs, tokensPerSecond, usage, usageBy, error } = call;
  return {
    ...{ id, status, operation, caller, requested, model, provider, tier, route, stream, cache },
    startedAt: iso(startedAt),
    ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
    ...{ latencyMs, firstTokenMs, tokensPerSecond, usage, usageBy, costMicros },
    ...("flagshipMicros" in call && { savedMicros: call.flagshipMicros - (costMicros ?? 0) }),
    attempts: attempts.map((attempt) => ({ ...attempt, startedAt: iso(attempt.startedAt) })),
    error,
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
