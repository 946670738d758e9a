/**
 * `/mcp`, the Model Context Protocol over Streamable HTTP by the official package: revision 2026-07-28,
 * and clients of the 2025 revisions by their handshake. Nothing is kept between requests, so any instance
 * answers any of them.
 */
import { createMcpHandler, type McpHttpHandler } from "@modelcontextprotocol/server";
import { type Context, Hono } from "hono";
import type { App } from "../../lib/app.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { changeBus } from "./changes.ts";
import { requireKnownOrigin } from "./origin.ts";
import { createResources } from "./resources.ts";
import { serverFactory } from "./server.ts";
import type { Tool } from "./tool.ts";
import { TOOLS } from "./tools/mod.ts";

const PARSE_ERROR = -32700;

export function mcpRoutes(app: App, tools: readonly Tool[] = TOOLS): Hono<Env> {
  const router = new Hono<Env>();
  const handlerOf = handlers(app, tools);
  router.post("/mcp", async (c) => {
    requireKnownOrigin(app, c);
    const text = await c.req.text();
    let parsedBody: unknown;
    try {
      parsedBody = JSON.parse(text);
    } catch {
      const error = { code: PARSE_ERROR, message: "Parse error: the body is not valid JSON" };
      return c.json({ jsonrpc: "2.0", error, id: null }, 400);
    }
    // Carries the request's context to the factory; the package reads nothing else of it.
    const authInfo = { token: "", clientId: "", scopes: [], extra: { c } };
    return await handlerOf(workspaceOf(c)).fetch(c.req.raw, { authInfo, parsedBody });
  });
  return router;
}

/** One handler for each workspace: who listens in one hears nothing of another. */
function handlers(app: App, tools: readonly Tool[]): (workspaceId: string) => McpHttpHandler {
  const serverFor = serverFactory(app, tools, createResources(app));
  const open = new Map<string, McpHttpHandler>();
  app.stopping.addEventListener("abort", () => {
    for (const handler of open.values()) handler.close().catch(() => {});
  }, { once: true });
  return (workspaceId) => {
    const known = open.get(workspaceId);
    if (known) return known;
    const handler = createMcpHandler(
      ({ era, authInfo }) =>
        serverFor({ c: authInfo!.extra!.c as Context<Env>, listens: era === "modern" }),
      {
        bus: changeBus(app, workspaceId),
        onerror: (error) => app.ctx.log.debug("MCP request refused", { error }),
      },
    );
    open.set(workspaceId, handler);
    return handler;
  };
}
