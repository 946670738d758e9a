/** What an agent's page is made of, read from the slices. */
import type { AgentSnapshot, BuiltIn } from "../../islands/agents/page/state.ts";
import type { BoardSnapshot } from "../../islands/board/state.ts";
import type { App } from "../../lib/app.ts";
import { getAgent } from "../../lib/coordination/agents/mod.ts";
import { getCheckpoint } from "../../lib/coordination/checkpoints/mod.ts";
import { listClaims } from "../../lib/coordination/claims/mod.ts";
import { getDashboard } from "../../lib/coordination/dashboard/mod.ts";
import { listHandoffs } from "../../lib/coordination/handoffs/mod.ts";
import { countUnread, listInbox } from "../../lib/coordination/inbox/mod.ts";
import { listLocks } from "../../lib/coordination/locks/mod.ts";
import { listMemories } from "../../lib/coordination/memory/mod.ts";
import { listTasks } from "../../lib/coordination/tasks/mod.ts";
import {
  getFlow,
  listEscalations,
  listSteps,
  listTraces,
} from "../../lib/coordination/traces/mod.ts";
import { listZones } from "../../lib/coordination/zones/mod.ts";
import { headCursor } from "../../lib/kernel/events/mod.ts";
import { upTo } from "./board_snapshot.ts";

const TRACES = 20;
const STEPS_MAX = 400;
const INBOX = 50;
const MEMORIES = 30;
const RESOLVED = 5;
const HELD_MAX = 200;

/** The cursor first, as on the board. Null when nobody has heard of the agent. */
export async function agentSnapshot(
  app: App,
  workspaceId: string,
  agentId: string,
): Promise<AgentSnapshot | null> {
  const { ctx } = app;
  const cursor = await headCursor(ctx, workspaceId) ?? "";
  const [board, record, notes] = await Promise.all([
    readBoard(app, workspaceId, agentId, cursor),
    readRecord(app, workspaceId, agentId),
    readNotes(app, workspaceId, agentId),
  ]);
  const builtIn = builtInOf(app, agentId);
  const known = board.agents.length > 0 || builtIn || record.dashboard ||
    record.traces.length > 0 || notes.inbox.length > 0 || notes.memories.length > 0;
  return known ? { agentId, board, builtIn, ...record, ...notes } : null;
}

function builtInOf(app: App, agentId: string): BuiltIn | null {
  const agent = app.agents.get(agentId);
  if (!agent) return null;
  const { id, name, role, description } = agent;
  return { id, name, role, description };
}

/** Of the board what is its own. */
async function readBoard(
  { ctx }: App,
  workspaceId: string,
  agentId: string,
  cursor: string,
): Promise<BoardSnapshot> {
  const own = { assignee: agentId };
  const [agent, flow, todo, doing, blocked, locks, claims, zones, handoffs, open] = await Promise
    .all([
      getAgent(ctx, workspaceId, agentId),
      getFlow(ctx, workspaceId, agentId),
      upTo(HELD_MAX, (page) => listTasks(ctx, workspaceId, { ...page, ...own, status: "todo" })),
      upTo(
        HELD_MAX,
        (page) => listTasks(ctx, workspaceId, { ...page, ...own, status: "in-progress" }),
      ),
      upTo(HELD_MAX, (page) => listTasks(ctx, workspaceId, { ...page, ...own, status: "blocked" })),
      upTo(HELD_MAX, (page) => listLocks(ctx, workspaceId, { ...page, agentId })),
      upTo(HELD_MAX, (page) => listClaims(ctx, workspaceId, { ...page, by: agentId })),
      upTo(HELD_MAX, (page) => listZones(ctx, workspaceId, { ...page, owner: agentId })),
      upTo(HELD_MAX, (page) => listHandoffs(ctx, workspaceId, { ...page, toAgent: agentId })),
      upTo(
        HELD_MAX,
        (page) => listEscalations(ctx, workspaceId, agentId, { ...page, open: true }),
      ),
    ]);
  return {
    cursor,
    nowMs: ctx.clock.now(),
    tasks: [...doing, ...todo, ...blocked],
    tasksCut: false,
    doneTotal: 0,
    doneCursor: null,
    agents: agent ? [agent] : [],
    team: [{ agentId, ...flow }],
    locks,
    claims,
    zones,
    handoffs,
    messages: [],
    escalations: open,
  };
}

async function readRecord({ ctx }: App, workspaceId: string, agentId: string) {
  const [dashboard, traces, resolved] = await Promise.all([
    getDashboard(ctx, workspaceId, agentId),
    listTraces(ctx, workspaceId, agentId, { limit: TRACES }),
    listEscalations(ctx, workspaceId, agentId, { limit: RESOLVED, open: false }),
  ]);
  const newest = traces.items[0];
  const steps = newest
    ? await upTo(
      STEPS_MAX,
      (page) => listSteps(ctx, workspaceId, { agentId, sessionId: newest.sessionId }, page),
    )
    : [];
  return { dashboard, traces: traces.items, steps, resolved: resolved.items };
}

async function readNotes({ ctx }: App, workspaceId: string, agentId: string) {
  const [inbox, { unread }, memories, checkpoint] = await Promise.all([
    listInbox(ctx, workspaceId, agentId, { limit: INBOX }),
    countUnread(ctx, workspaceId, agentId),
    listMemories(ctx, workspaceId, agentId, { limit: MEMORIES }),
    getCheckpoint(ctx, workspaceId, agentId),
  ]);
  return { inbox: inbox.items, unread, memories: memories.items, checkpoint };
}
