/** `/ops/gateway`: what model calls cost and how they end, readable without script. */
import { type Context, Hono } from "hono";
import { GatewayPage } from "../../islands/gateway/GatewayPage.tsx";
import { type Period, PERIODS } from "../../islands/gateway/state.ts";
import type { App } from "../../lib/app.ts";
import { Island } from "../../lib/ui/island.tsx";
import { mayAct } from "../_http/acting.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { renderPage } from "./_layout.tsx";
import { gatewaySnapshot } from "./gateway_snapshot.ts";
import { navCounts } from "./nav_counts.ts";

export function gatewayPage(app: App): Hono<Env> {
  const router = new Hono<Env>();
  router.get("/ops/gateway", (c) => render(app, c));
  router.get("/ops/gateway/snapshot", async (c) => {
    const snapshot = await gatewaySnapshot(app, workspaceOf(c), periodOf(c));
    return c.json(snapshot, 200, { "cache-control": "no-store" });
  });
  return router;
}

async function render(app: App, c: Context<Env>): Promise<Response> {
  const workspaceId = workspaceOf(c);
  const [snapshot, counts] = await Promise.all([
    gatewaySnapshot(app, workspaceId, periodOf(c)),
    navCounts(app, workspaceId),
  ]);
  const props = {
    snapshot,
    mayChange: mayAct(c, "administer"),
    mayCall: mayAct(c, "work"),
  };
  return renderPage({
    title: "Gateway",
    description: "What model calls cost, who answers them, and where a prompt would go.",
    path: "/ops/gateway",
    counts,
    body: <Island name="gateway/GatewayPage" component={GatewayPage} props={props} load="now" />,
  });
}

/** Whatever else is asked for shows the last day. */
function periodOf(c: Context<Env>): Period {
  return PERIODS.find((period) => period === c.req.query("period")) ?? PERIODS[0];
}
