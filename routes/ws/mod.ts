/** WebSockets, at the addresses their clients know: asked for with `Upgrade: websocket`. */
import { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import type { Env } from "../_http/env.ts";
import { holderOf, isUpgrade, serveSocket } from "./_socket.ts";
import { agentSocket } from "./agent_socket.ts";
import { boardSocket } from "./board_socket.ts";

export function socketRoutes(app: App): Hono<Env> {
  const router = new Hono<Env>();
  const board = boardSocket(app);
  const agent = agentSocket(app);
  router.get("/coordinator", async (c) => {
    if (!isUpgrade(c)) {
      const error = "This is a WebSocket: connect to /coordinator?agentId=<id>";
      return c.json({ error }, 426, { upgrade: "websocket", connection: "upgrade" });
    }
    const holder = holderOf(c, { body: c.req.query("agentId") || undefined });
    return await serveSocket(c, app, holder, board);
  });
  router.get("/agent/:id", async (c, next) => {
    // Without an upgrade it is the agent's state.
    if (!isUpgrade(c)) return await next();
    return await serveSocket(c, app, holderOf(c, { path: c.req.param("id") }), agent);
  });
  return router;
}
