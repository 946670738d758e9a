/** What model calls cost and saved: sums, the calls themselves, those under way. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { getUsage, listCalls, listLiveCalls, requireCall } from "../../lib/gateway/ledger/mod.ts";
import {
  callStatus,
  gatewayCall,
  usageGroup,
  usageReport,
  usageStep,
} from "../../lib/gateway/ledger/schema.ts";
import { workspaceOf } from "../_http/env.ts";
import {
  idParam,
  jsonAnswer,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
} from "../_http/openapi.ts";

const tags = ["gateway"];
const name = z.string().min(1).max(200).optional();

const usage = createRoute({
  method: "get",
  path: "/gateway/usage",
  operationId: "getGatewayUsage",
  summary: "Calls, tokens, cost, savings and latency, by time, model, provider, tier, key or agent",
  tags,
  request: {
    query: z.object({
      /** Default: a day back by hours, 30 days back by days. */
      from: z.iso.datetime().optional(),
      to: z.iso.datetime().optional(),
      /** Default: hours up to three days, else days. */
      step: usageStep.optional(),
      by: usageGroup.default("time"),
      model: name,
      provider: name,
      keyId: name,
      agentId: name,
    }),
  },
  responses: { 200: jsonAnswer("The sums", usageReport), ...readProblems() },
});

const calls = createRoute({
  method: "get",
  path: "/gateway/calls",
  operationId: "listGatewayCalls",
  summary: "Calls that are over, newest first; kept 30 days",
  tags,
  request: {
    query: pageQuery.extend({
      status: callStatus.optional(),
      model: name,
      provider: name,
      keyId: name,
      agentId: name,
      sessionId: name,
      runId: name,
    }),
  },
  responses: { 200: jsonAnswer("A page of calls", pageOf(gatewayCall)), ...readProblems() },
});

const live = createRoute({
  method: "get",
  path: "/gateway/calls/live",
  operationId: "listLiveGatewayCalls",
  summary: "Calls under way, on other instances as they were a second ago",
  tags,
  responses: {
    200: jsonAnswer("The calls", z.object({ items: z.array(gatewayCall) })),
    ...readProblems(),
  },
});

const call = createRoute({
  method: "get",
  path: "/gateway/calls/{id}",
  operationId: "getGatewayCall",
  summary: "One call with its attempts; its id came as x-muster-call",
  tags,
  request: { params: z.object({ id: idParam("call") }) },
  responses: {
    200: jsonAnswer("The call", z.object({ call: gatewayCall })),
    ...readProblems("not_found"),
  },
});

export function gatewayUsageRoutes(app: App) {
  const router = newRouter();
  const { ctx } = app;
  const { ledger } = app.gateway;
  router.openapi(usage, async (c) => {
    const { from, to, ...query } = c.req.valid("query");
    const range = {
      ...(from !== undefined && { from: Date.parse(from) }),
      ...(to !== undefined && { to: Date.parse(to) }),
    };
    return c.json(await getUsage(ctx, ledger, workspaceOf(c), { ...query, ...range }), 200);
  });
  router.openapi(calls, async (c) => {
    return c.json(await listCalls(ctx, ledger, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(live, async (c) => {
    return c.json({ items: await listLiveCalls(ctx, ledger, workspaceOf(c)) }, 200);
  });
  router.openapi(call, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ call: await requireCall(ctx, ledger, workspaceOf(c), id) }, 200);
  });
  return router;
}
