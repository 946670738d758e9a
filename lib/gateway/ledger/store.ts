/** Reading calls: those that are over from the store, those under way from every process. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { listPage } from "../../kernel/kv/mod.ts";
import type { CallRecord } from "../calls/schema.ts";
import type { Ledger, LedgerContext, LiveCalls } from "./create.ts";
import { callKey, liveCallsKey } from "./keys.ts";
import type { GatewayCall } from "./schema.ts";
import type { StoredCall } from "./tally.ts";

export interface CallFilter {
  readonly status?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly keyId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly runId?: string | undefined;
}

/** Those that are over, newest first. */
export async function listCalls(
  ctx: LedgerContext,
  ledger: Ledger,
  workspaceId: string,
  { limit, cursor, ...filter }: PageQuery & CallFilter,
): Promise<Page<GatewayCall>> {
  await ledger.flush();
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined);
  const page = await listPage<StoredCall>(ctx, {
    prefix: callKey.prefix(workspaceId),
    limit,
    cursor,
    query: JSON.stringify(asked),
    ...(asked.length > 0 && {
      where: ({ value }) => {
        const { caller, ...call } = value as StoredCall;
        const members: Record<string, unknown> = { ...caller, ...call };
        return asked.every(([name, wanted]) => members[name] === wanted);
      },
    }),
  });
  return { items: page.items.map(viewOf), nextCursor: page.nextCursor };
}

/** Also one under way. Throws `not_found`. */
export async function requireCall(
  ctx: LedgerContext,
  ledger: Ledger,
  workspaceId: string,
  id: string,
): Promise<GatewayCall> {
  await ledger.flush();
  const { value } = await ctx.kv.get<StoredCall>(callKey(workspaceId, id));
  if (value) return viewOf(value);
  const live = (await listLiveCalls(ctx, ledger, workspaceId)).find((call) => call.id === id);
  if (live) return live;
  throw new AppError("not_found", { detail: `There is no call "${id}"; calls are kept 30 days` });
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
  return calls.map(viewOf).sort((a, b) => b.id.localeCompare(a.id));
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
