/** What the board page is made of, read from the slices: for the page itself and for a reload of it. */
import type { People } from "../../islands/agents/people.ts";
import type { BoardSnapshot, TeamState } from "../../islands/board/state.ts";
import type { App } from "../../lib/app.ts";
import { listAgents } from "../../lib/coordination/agents/mod.ts";
import { newestMessages } from "../../lib/coordination/chat/mod.ts";
import { listClaims } from "../../lib/coordination/claims/mod.ts";
import { listHandoffs } from "../../lib/coordination/handoffs/mod.ts";
import { listLocks } from "../../lib/coordination/locks/mod.ts";
import { getLevels } from "../../lib/coordination/souls/mod.ts";
import { countTasks, listOpenTasks, listTasks } from "../../lib/coordination/tasks/mod.ts";
import type { Task } from "../../lib/coordination/tasks/schema.ts";
import { getFlows, listOpenEscalations } from "../../lib/coordination/traces/mod.ts";
import { listZones } from "../../lib/coordination/zones/mod.ts";
import { type Page, PAGE_LIMIT_MAX } from "../../lib/kernel/core/page.ts";
import { headCursor } from "../../lib/kernel/events/mod.ts";

const TASKS_MAX = 2_000;
const DONE_SHOWN = 40;
const MESSAGES_SHOWN = 60;
/** Of anything held: a board with more is read by its filters and lists. */
const HELD_MAX = 300;
/** A longer description comes with the task when it is opened. */
const DESCRIPTION_MAX = 400;

/** The cursor first: what happens while the rest is read comes again as an event. */
export async function boardSnapshot(app: App, workspaceId: string): Promise<BoardSnapshot> {
  const { ctx } = app;
  const cursor = await headCursor(ctx, workspaceId) ?? "";
  const [open, done, counts, messages, held, people] = await Promise.all([
    listOpenTasks(ctx, workspaceId, { limit: TASKS_MAX }),
    listTasks(ctx, workspaceId, { status: "done", limit: DONE_SHOWN }),
    countTasks(ctx, workspaceId),
    newestMessages(ctx, workspaceId, { limit: MESSAGES_SHOWN }),
    readHeld(app, workspaceId),
    readPeople(app, workspaceId),
  ]);
  return {
    cursor,
    nowMs: ctx.clock.now(),
    tasks: [...open, ...done.items].map(shortened),
    tasksCut: open.length >= TASKS_MAX,
    doneTotal: counts.done,
    doneCursor: done.nextCursor,
    messages,
    ...held,
    agents: people.agents,
    team: people.team,
  };
}

async function readHeld({ ctx }: App, workspaceId: string) {
  const [locks, zones, claims, pending, claimed, completed, escalations] = await Promise.all([
    upTo(HELD_MAX, (page) => listLocks(ctx, workspaceId, page)),
    upTo(HELD_MAX, (page) => listZones(ctx, workspaceId, page)),
    upTo(HELD_MAX, (page) => listClaims(ctx, workspaceId, page)),
    upTo(HELD_MAX, (page) => listHandoffs(ctx, workspaceId, { ...page, status: "pending" })),
    upTo(HELD_MAX, (page) => listHandoffs(ctx, workspaceId, { ...page, status: "claimed" })),
    upTo(10, (page) => listHandoffs(ctx, workspaceId, { ...page, status: "completed" })),
    upTo(HELD_MAX, (page) => listOpenEscalations(ctx, workspaceId, page)),
  ]);
  return { locks, zones, claims, handoffs: [...pending, ...claimed, ...completed], escalations };
}

/** Everybody, and how they stand. */
export async function readPeople(app: App, workspaceId: string): Promise<People> {
  const cursor = await headCursor(app.ctx, workspaceId) ?? "";
  const agents = await listAgents(app.ctx, workspaceId);
  const team = await readTeam(app, workspaceId, agents.map((agent) => agent.agentId));
  return { cursor, nowMs: app.ctx.clock.now(), agents, team };
}

/** How each agent stands now. */
async function readTeam(
  { ctx }: App,
  workspaceId: string,
  agentIds: readonly string[],
): Promise<TeamState[]> {
  const [flows, levels] = await Promise.all([
    getFlows(ctx, workspaceId, agentIds),
    getLevels(ctx, workspaceId, agentIds),
  ]);
  return agentIds.flatMap((agentId) => {
    const flow = flows.get(agentId);
    const level = levels.get(agentId);
    return flow ? [{ agentId, ...flow, ...(level && { level }) }] : [];
  });
}

function shortened(task: Task): Task {
  return task.description && task.description.length > DESCRIPTION_MAX
    ? { ...task, description: task.description.slice(0, DESCRIPTION_MAX) }
    : task;
}

/** Page after page, until there are `most` or no more. */
export async function upTo<T>(
  most: number,
  read: (page: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (;;) {
    const limit = Math.min(PAGE_LIMIT_MAX, most - items.length);
    const page = await read({ limit, ...(cursor && { cursor }) });
    items.push(...page.items);
    if (!page.nextCursor || items.length >= most) return items;
    cursor = page.nextCursor;
  }
}
