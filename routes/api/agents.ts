/** Agents: the registry of who can do work. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Agent } from "../../lib/agents/mod.ts";
import type { App } from "../../lib/app.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { decodeCursor, encodeCursor } from "../../lib/kernel/core/page.ts";
import { jsonAnswer, newRouter, pageOf, pageQuery, readProblems } from "../_http/openapi.ts";

const tags = ["agents"];

const agentShape = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  description: z.string(),
  kind: z.literal("built-in"),
  /** JSON schemas of what goes in and what comes out. */
  input: z.record(z.string(), z.unknown()),
  output: z.record(z.string(), z.unknown()),
}).meta({ id: "Agent" });

const list = createRoute({
  method: "get",
  path: "/agents",
  operationId: "listAgents",
  summary: "Registered agents",
  tags,
  request: { query: pageQuery },
  responses: { 200: jsonAnswer("A page of agents", pageOf(agentShape)), ...readProblems() },
});

const get = createRoute({
  method: "get",
  path: "/agents/{id}",
  operationId: "getAgent",
  summary: "One agent",
  tags,
  request: { params: z.object({ id: z.string().regex(/^[A-Za-z0-9._:@-]{1,128}$/) }) },
  responses: {
    200: jsonAnswer("The agent", z.object({ agent: agentShape })),
    ...readProblems("not_found"),
  },
});

export function agentRoutes(app: App) {
  const router = newRouter();
  router.openapi(list, (c) => {
    const { limit, cursor } = c.req.valid("query");
    const all = [...app.agents.values()];
    const from = cursor ? indexAfter(all, decodeCursor("agents", cursor)) : 0;
    const page = all.slice(from, from + limit);
    const more = from + limit < all.length;
    const nextCursor = more ? encodeCursor("agents", page.at(-1)!.id) : null;
    return c.json({ items: page.map(shown), nextCursor }, 200);
  });
  router.openapi(get, (c) => {
    const { id } = c.req.valid("param");
    const agent = app.agents.get(id);
    if (!agent) throw new AppError("not_found", { detail: `There is no agent "${id}"` });
    return c.json({ agent: shown(agent) }, 200);
  });
  return router;
}

const indexAfter = (agents: readonly Agent[], id: string) =>
  agents.findIndex((agent) => agent.id === id) + 1;

function shown(agent: Agent): z.infer<typeof agentShape> {
  const { id, name, role, description } = agent;
  const schemaOf = (schema: z.ZodType, io: "input" | "output") =>
    z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Record<string, unknown>;
  return {
    id,
    name,
    role,
    description,
    kind: "built-in",
    input: schemaOf(agent.input, "input"),
    output: schemaOf(agent.output, "output"),
  };
}
