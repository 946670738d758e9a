/** `/board`: tasks, team and talk, readable without script; its snapshot again for who has to reload it. */
import { type Context, Hono } from "hono";
import { Board } from "../../islands/board/Board.tsx";
import type { BoardProps } from "../../islands/board/context.ts";
import { readFilter } from "../../islands/board/filter.ts";
import type { App } from "../../lib/app.ts";
import { getTask } from "../../lib/coordination/tasks/mod.ts";
import { isAtLeast } from "../../lib/identity/mod.ts";
import { Island } from "../../lib/ui/island.tsx";
import { mayAct } from "../_http/acting.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { renderPage } from "./_layout.tsx";
import { boardSnapshot, readPeople } from "./board_snapshot.ts";
import { navCounts } from "./nav_counts.ts";

export function boardPage(app: App): Hono<Env> {
  const router = new Hono<Env>();
  router.get("/board", (c) => renderBoard(app, c));
  router.get("/board/snapshot", async (c) => {
    return c.json(await boardSnapshot(app, workspaceOf(c)), 200, NOT_KEPT);
  });
  router.get("/board/team", async (c) => {
    return c.json(await readPeople(app, workspaceOf(c)), 200, NOT_KEPT);
  });
  return router;
}

const NOT_KEPT = { "cache-control": "no-store" };

async function renderBoard(app: App, c: Context<Env>): Promise<Response> {
  const workspaceId = workspaceOf(c);
  const params = new URL(c.req.url).searchParams;
  const taskId = params.get("task");
  const [snapshot, task, counts] = await Promise.all([
    boardSnapshot(app, workspaceId),
    taskId ? getTask(app.ctx, workspaceId, taskId) : null,
    navCounts(app, workspaceId),
  ]);
  const others = task ? snapshot.tasks.filter((other) => other.id !== task.id) : snapshot.tasks;
  const props: BoardProps = {
    snapshot: { ...snapshot, tasks: task ? [...others, task] : others },
    filter: readFilter(params),
    taskId: taskId || null,
    me: c.get("caller")?.agentId ?? actorOf(c),
    mayWrite: mayAct(c, "coordinate"),
    mayForce: isAtLeast(c.get("caller")?.role ?? "viewer", "operator"),
  };
  return renderPage({
    title: "Board",
    description: "What the agents work on, who holds what, and what they say.",
    path: "/board",
    counts,
    body: <Island name="board/Board" component={Board} props={props} load="now" />,
  });
}
