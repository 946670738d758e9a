/** What the gateway's page is made of, read from the gateway's parts. */
import type { GatewaySnapshot, Period } from "../../islands/gateway/state.ts";
import type { App } from "../../lib/app.ts";
import { listBudgets } from "../../lib/gateway/budgets/mod.ts";
import { modelViewOf, providerViews } from "../../lib/gateway/directory/mod.ts";
import { getUsage, listCalls, listLiveCalls } from "../../lib/gateway/ledger/mod.ts";
import { headCursor } from "../../lib/kernel/events/mod.ts";

const HOUR_MS = 3_600_000;
const CALLS = 50;
const BUDGETS = 100;

const SPANS = {
  "24h": { step: "hour", ms: 24 * HOUR_MS, days: 1 },
  "7d": { step: "day", ms: 7 * 24 * HOUR_MS, days: 7 },
  "30d": { step: "day", ms: 30 * 24 * HOUR_MS, days: 30 },
} as const;

/** The cursor first: what happens while the rest is read is told again by the feed. */
export async function gatewaySnapshot(
  app: App,
  workspaceId: string,
  period: Period,
): Promise<GatewaySnapshot> {
  const { ctx, gateway } = app;
  const cursor = await headCursor(ctx, workspaceId) ?? "";
  const { step, ms, days } = SPANS[period];
  const nowMs = ctx.clock.now();
  const span = { step, from: nowMs - ms + 1, to: nowMs };
  await gateway.budgets.flush(workspaceId);
  const [catalogue, secrets, settings] = await Promise.all([
    gateway.directory.now(workspaceId),
    app.keystore.list(workspaceId),
    gateway.settings.of(workspaceId),
  ]);
  const [usage, shares, cache, budgets, calls, live] = await Promise.all([
    getUsage(ctx, gateway.ledger, workspaceId, { ...span, by: "time" }),
    getUsage(ctx, gateway.ledger, workspaceId, { ...span, by: "model" }),
    gateway.cache.stats(workspaceId, days),
    listBudgets(ctx, workspaceId, { limit: BUDGETS }),
    listCalls(ctx, gateway.ledger, workspaceId, { limit: CALLS }),
    listLiveCalls(ctx, gateway.ledger, workspaceId),
  ]);
  return {
    cursor,
    nowMs,
    workspaceId,
    period,
    providers: providerViews(catalogue, {
      secrets,
      health: gateway.directory.health(workspaceId),
      limits: settings.limits,
      aiGatewayUrl: settings.directory.aiGatewayUrl,
    }),
    models: catalogue.models.map(modelViewOf),
    breakers: gateway.breakers.list(workspaceId),
    usage,
    shares,
    cache,
    budgets: budgets.items,
    calls: calls.items,
    live,
  };
}
