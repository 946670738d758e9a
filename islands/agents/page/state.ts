/** What an agent's page shows: a snapshot and the events after its cursor, folded. Pure. */
import type { Checkpoint } from "../../../lib/coordination/checkpoints/schema.ts";
import type { Dashboard } from "../../../lib/coordination/dashboard/schema.ts";
import type { InboxMessage } from "../../../lib/coordination/inbox/schema.ts";
import type { Memory } from "../../../lib/coordination/memory/schema.ts";
import type { Escalation, Trace, TraceStep } from "../../../lib/coordination/traces/schema.ts";
import { applyEvents, type BoardData, boardData, type BoardEvent } from "../../board/state.ts";
import type { BoardSnapshot } from "../../board/state.ts";

/** An agent Muster runs itself. */
export interface BuiltIn {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly description: string;
}

export interface AgentSnapshot {
  readonly agentId: string;
  /** What it holds and does, of the board; nothing of others. */
  readonly board: BoardSnapshot;
  readonly builtIn: BuiltIn | null;
  /** Null before the agent has a soul. */
  readonly dashboard: Dashboard | null;
  readonly traces: readonly Trace[];
  /** Steps of the newest trace. */
  readonly steps: readonly TraceStep[];
  /** Resolved ones, newest first; open ones are the board's. */
  readonly resolved: readonly Escalation[];
  readonly inbox: readonly InboxMessage[];
  readonly unread: number;
  readonly memories: readonly Memory[];
  readonly checkpoint: Checkpoint | null;
}

export interface AgentData {
  readonly board: BoardData;
  readonly dashboard: Dashboard | null;
  /** By session, newest first. */
  readonly traces: ReadonlyMap<string, Trace>;
  /** By session: those loaded, whole. */
  readonly steps: ReadonlyMap<string, readonly TraceStep[]>;
  readonly resolved: readonly Escalation[];
  readonly inbox: ReadonlyMap<string, InboxMessage>;
  readonly unread: number;
  readonly memories: ReadonlyMap<string, Memory>;
  readonly checkpoint: Checkpoint | null;
}

export function agentData(snapshot: AgentSnapshot): AgentData {
  const newest = snapshot.traces[0];
  return {
    board: boardData(snapshot.board),
    dashboard: snapshot.dashboard,
    traces: new Map(snapshot.traces.map((trace) => [trace.sessionId, trace])),
    steps: new Map(newest ? [[newest.sessionId, snapshot.steps]] : []),
    resolved: snapshot.resolved,
    inbox: new Map(snapshot.inbox.map((message) => [message.id, message])),
    unread: snapshot.unread,
    memories: new Map(snapshot.memories.map((memory) => [memory.id, memory])),
    checkpoint: snapshot.checkpoint,
  };
}

/** Events of the board, and of the agent's own stream; those of other agents are passed over. */
export function applyAgentEvents(
  data: AgentData,
  agentId: string,
  events: readonly BoardEvent[],
): AgentData {
  const own = events.filter((event) => event.stream === `agent:${agentId}`);
  const about = events.filter((event) => isAbout(event, agentId));
  return own.reduce(applyOwn, { ...data, board: applyEvents(data.board, about) });
}

/** A change of what it holds may also take it away: what the board holds already is always followed. */
function isAbout(event: BoardEvent, agentId: string): boolean {
  if (!String(event.stream).startsWith("agent:")) return !event.type.startsWith("chat.");
  return event.stream === `agent:${agentId}`;
}

function applyOwn(data: AgentData, event: BoardEvent): AgentData {
  switch (event.type) {
    case "message.received":
      return receive(data, event.message as InboxMessage);
    case "message.read":
      return markRead(data, event.messageIds as string[]);
    case "memory.saved": {
      const memory = event.memory as Memory;
      return { ...data, memories: first(data.memories, memory.id, memory) };
    }
    case "memory.deleted":
      return { ...data, memories: without(data.memories, event.memoryId as string) };
    case "checkpoint.saved":
      return { ...data, checkpoint: event.checkpoint as Checkpoint };
    case "trace.started":
      return start(data, event.trace as Trace);
    case "trace.completed": {
      const trace = event.trace as Trace;
      return { ...data, traces: first(data.traces, trace.sessionId, trace) };
    }
    case "trace.step":
      return addStep(data, event.sessionId as string, event.step as TraceStep);
    case "escalation.resolved":
      return resolve(data, event.escalation as Escalation);
    default:
      return data;
  }
}

/** In place when known, else before all others. */
function first<T>(known: ReadonlyMap<string, T>, key: string, value: T): ReadonlyMap<string, T> {
  return known.has(key) ? new Map(known).set(key, value) : new Map([[key, value], ...known]);
}

function without<T>(known: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const rest = new Map(known);
  rest.delete(key);
  return rest;
}

function receive(data: AgentData, message: InboxMessage): AgentData {
  if (data.inbox.has(message.id)) return data;
  return {
    ...data,
    inbox: first(data.inbox, message.id, message),
    unread: data.unread + Number(!message.read),
  };
}

function markRead(data: AgentData, ids: readonly string[]): AgentData {
  const inbox = new Map(data.inbox);
  let newlyRead = 0;
  for (const id of ids) {
    const message = inbox.get(id);
    if (message?.read) continue;
    // One older than those shown was unread as well: only such are told.
    newlyRead++;
    if (message) inbox.set(id, { ...message, read: true });
  }
  return { ...data, inbox, unread: Math.max(0, data.unread - newlyRead) };
}

function start(data: AgentData, trace: Trace): AgentData {
  if (data.traces.has(trace.sessionId)) return data;
  return {
    ...data,
    traces: first(data.traces, trace.sessionId, trace),
    steps: new Map(data.steps).set(trace.sessionId, []),
  };
}

function addStep(data: AgentData, sessionId: string, step: TraceStep): AgentData {
  const trace = data.traces.get(sessionId);
  const steps = data.steps.get(sessionId);
  return {
    ...data,
    traces: trace
      ? new Map(data.traces).set(sessionId, {
        ...trace,
        stepCount: Math.max(trace.stepCount, step.number),
      })
      : data.traces,
    steps: steps && !steps.some((known) => known.id === step.id)
      ? new Map(data.steps).set(sessionId, [...steps, step])
      : data.steps,
  };
}

function resolve(data: AgentData, escalation: Escalation): AgentData {
  const others = data.resolved.filter((known) => known.id !== escalation.id);
  return { ...data, resolved: [escalation, ...others] };
}

/** What an agent holds and does. */
export function holdingsOf({ board }: AgentData, agentId: string) {
  return {
    locks: [...board.locks.values()].filter((lock) => lock.lockedBy === agentId),
    claims: [...board.claims.values()].filter((claim) => claim.by === agentId),
    zones: [...board.zones.values()].filter((zone) => zone.owner === agentId),
    tasks: [...board.tasks.values()].filter((task) =>
      task.assignee === agentId && task.status !== "done"
    ),
    handoffs: [...board.handoffs.values()].filter((handoff) =>
      handoff.status !== "completed" &&
      (handoff.claimedBy ?? handoff.toAgent) === agentId
    ),
    escalations: [...board.escalations.values()].filter((open) => open.agentId === agentId),
  };
}
