/** Agents: one registry of those built in and those that Muster does not run. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Agent as BuiltInAgent } from "../../lib/agents/mod.ts";
import type { App } from "../../lib/app.ts";
import { getAgent, listRegistered, registerAgent } from "../../lib/coordination/agents/mod.ts";
import {
  type Agent,
  agent,
  agentInput,
  agentStatus,
} from "../../lib/coordination/agents/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { getLevels } from "../../lib/coordination/souls/mod.ts";
import { level } from "../../lib/coordination/souls/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { decodeCursor, encodeCursor, type Page } from "../../lib/kernel/core/page.ts";
import { callOf, requireActing } from "../_http/acting.ts";
import { workspaceOf } from "../_http/env.ts";
import {
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["agents"];
const kind = z.enum(["built-in", "external"]);

const builtInShape = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  description: z.string(),
  kind: z.literal("built-in"),
  /** JSON schemas of what goes in and what comes out. */
  input: z.record(z.string(), z.unknown()),
  output: z.record(z.string(), z.unknown()),
}).meta({ id: "BuiltInAgent" });

export const externalShape = agent.extend({
  id: agentId,
  kind: z.literal("external"),
  /** Of its soul, where it has one. */
  level: level.optional(),
}).meta({ id: "ExternalAgent" });

const agentShape = z.discriminatedUnion("kind", [builtInShape, externalShape])
  .meta({ id: "RegisteredAgent" });
type Shown = z.infer<typeof agentShape>;

const list = createRoute({
  method: "get",
  path: "/agents",
  operationId: "listAgents",
  summary: "All agents: the built-in ones, then external ones, the newest registered first",
  tags,
  request: {
    query: pageQuery.extend({ kind: kind.optional(), status: agentStatus.optional() }),
  },
  responses: { 200: jsonAnswer("A page of agents", pageOf(agentShape)), ...readProblems() },
});

const get = createRoute({
  method: "get",
  path: "/agents/{id}",
  operationId: "getAgent",
  summary: "One agent; a built-in one goes before an external one of the same id",
  tags,
  request: { params: z.object({ id: agentId }), query: z.object({ kind: kind.optional() }) },
  responses: {
    200: jsonAnswer("The agent", z.object({ agent: agentShape })),
    ...readProblems("not_found"),
  },
});

const registered = z.object({ agent: externalShape });
const register = createRoute({
  method: "post",
  path: "/agents",
  operationId: "registerAgent",
  summary: "Register an external agent or update it; absent fields keep their value",
  tags,
  request: { body: jsonBody(agentInput.extend({ agentId: agentId.optional() })) },
  responses: {
    200: jsonAnswer("The agent as updated", registered),
    201: jsonAnswer("The agent as registered", registered),
    ...writeProblems(),
  },
});

export function agentRoutes(app: App) {
  const router = newRouter();
  router.openapi(list, async (c) => {
    return c.json(await listAll(app, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const wanted = c.req.valid("query").kind;
    const builtIn = wanted === "external" ? undefined : app.agents.get(id);
    if (builtIn) return c.json({ agent: shownBuiltIn(builtIn) }, 200);
    const found = wanted === "built-in" ? null : await getAgent(app.ctx, workspaceOf(c), id);
    if (!found) throw new AppError("not_found", { detail: `There is no agent "${id}"` });
    return c.json({ agent: await shownExternal(app, workspaceOf(c), found) }, 200);
  });
  router.openapi(register, async (c) => {
    const input = c.req.valid("json");
    const id = requireActing(c, { body: input.agentId });
    const done = await registerAgent(app.ctx, callOf(c, id), { ...input, agentId: id });
    const answer = { agent: await shownExternal(app, workspaceOf(c), done.agent) };
    return done.created ? c.json(answer, 201) : c.json(answer, 200);
  });
  return router;
}

interface Query {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly kind?: z.infer<typeof kind> | undefined;
  readonly status?: z.infer<typeof agentStatus> | undefined;
}

/** Places never move: the order of built-in agents is fixed, others stand by their registration. */
async function listAll(
  app: App,
  workspaceId: string,
  { limit, cursor, kind, status }: Query,
): Promise<Page<Shown>> {
  const all: { readonly place: string; readonly show: () => Shown | Agent }[] = [];
  if (kind !== "external" && status === undefined) {
    for (const builtIn of app.agents.values()) {
      all.push({ place: `0${builtIn.id}`, show: () => shownBuiltIn(builtIn) });
    }
  }
  if (kind !== "built-in") {
    const external = await listRegistered(app.ctx, workspaceId);
    external.sort((a, b) =>
      b.registeredAtMs - a.registeredAtMs || (a.agent.agentId < b.agent.agentId ? -1 : 1)
    );
    for (const { agent } of external) {
      if (status && agent.status !== status) continue;
      all.push({ place: `1${agent.agentId}`, show: () => agent });
    }
  }
  const query = `agents:${workspaceId}:${kind ?? ""}:${status ?? ""}`;
  const after = cursor === undefined ? null : decodeCursor(query, cursor);
  const from = after === null ? 0 : all.findIndex(({ place }) => place === after) + 1;
  const page = all.slice(from, from + limit);
  const hasMore = from + limit < all.length;
  const items = page.map(({ show }) => show());
  const ids = items.flatMap((item) => "kind" in item ? [] : [item.agentId]);
  const levels = await getLevels(app.ctx, workspaceId, ids);
  return {
    items: items.map((item) => "kind" in item ? item : external(item, levels.get(item.agentId))),
    nextCursor: hasMore ? encodeCursor(query, page.at(-1)!.place) : null,
  };
}

export async function shownExternal(
  { ctx }: App,
  workspaceId: string,
  found: Agent,
): Promise<z.infer<typeof externalShape>> {
  const levels = await getLevels(ctx, workspaceId, [found.agentId]);
  return external(found, levels.get(found.agentId));
}

function external(
  found: Agent,
  level: z.infer<typeof externalShape>["level"],
): z.infer<typeof externalShape> {
  return { id: found.agentId, kind: "external", ...found, ...(level && { level }) };
}

function shownBuiltIn(found: BuiltInAgent): z.infer<typeof builtInShape> {
  const { id, name, role, description } = found;
  const schemaOf = (schema: z.ZodType, io: "input" | "output") =>
    z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Record<string, unknown>;
  return {
    id,
    name,
    role,
    description,
    kind: "built-in",
    input: schemaOf(found.input, "input"),
    output: schemaOf(found.output, "output"),
  };
}
