/** `/agents` and `/agents/{id}`: everybody, and one agent in full; readable without script. */
import { type Context, Hono } from "hono";
import { AgentList } from "../../islands/agents/AgentList.tsx";
import { AgentPage } from "../../islands/agents/AgentPage.tsx";
import type { BuiltIn } from "../../islands/agents/page/state.ts";
import type { App } from "../../lib/app.ts";
import { agentId as agentIdSchema } from "../../lib/coordination/schema.ts";
import { Island } from "../../lib/ui/island.tsx";
import { mayAct } from "../_http/acting.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { notFoundPage, renderPage } from "./_layout.tsx";
import { agentSnapshot } from "./agent_snapshot.ts";
import { readPeople } from "./board_snapshot.ts";
import { navCounts } from "./nav_counts.ts";

export function agentPages(app: App): Hono<Env> {
  const router = new Hono<Env>();
  router.get("/agents", (c) => renderList(app, c));
  router.get("/agents/:id", (c) => renderAgent(app, c, c.req.param("id")));
  router.get("/agents/:id/snapshot", async (c) => {
    const snapshot = await findAgent(app, c, c.req.param("id"));
    if (!snapshot) return c.notFound();
    return c.json(snapshot, 200, { "cache-control": "no-store" });
  });
  return router;
}

async function renderList(app: App, c: Context<Env>): Promise<Response> {
  const [people, counts] = await Promise.all([
    readPeople(app, workspaceOf(c)),
    navCounts(app, workspaceOf(c)),
  ]);
  const props = {
    people,
    builtIn: [...app.agents.values()].map(({ id, name, role, description }): BuiltIn => ({
      id,
      name,
      role,
      description,
    })),
    q: (c.req.query("q") ?? "").slice(0, 200),
  };
  return renderPage({
    title: "Agents",
    description: "Everybody who works here, and how they stand.",
    path: "/agents",
    counts,
    body: <Island name="agents/AgentList" component={AgentList} props={props} load="now" />,
  });
}

async function renderAgent(app: App, c: Context<Env>, id: string): Promise<Response> {
  const [snapshot, counts] = await Promise.all([
    findAgent(app, c, id),
    navCounts(app, workspaceOf(c)),
  ]);
  if (!snapshot) return notFoundPage(c.req.path);
  const props = {
    snapshot,
    me: c.get("caller")?.agentId ?? actorOf(c),
    mayWrite: mayAct(c, "coordinate"),
  };
  return renderPage({
    title: id,
    description: `How ${id} does, what it holds and knows, and where it needs help.`,
    path: "/agents",
    counts,
    body: <Island name="agents/AgentPage" component={AgentPage} props={props} load="now" />,
  });
}

/** Null for somebody nobody has heard of. */
async function findAgent(app: App, c: Context<Env>, id: string) {
  if (!agentIdSchema.safeParse(id).success) return null;
  return await agentSnapshot(app, workspaceOf(c), id);
}
