/**
 * What the board shows: a snapshot and the events after its cursor, folded. Pure. The cursor is read
 * before the snapshot, so the first events may tell what it knows already: applying one twice, or one
 * older than what stands there, changes nothing in the end.
 */
import type { Agent } from "../../lib/coordination/agents/schema.ts";
import type { Message, Reaction } from "../../lib/coordination/chat/schema.ts";
import type { Claim } from "../../lib/coordination/claims/schema.ts";
import type { Handoff } from "../../lib/coordination/handoffs/schema.ts";
import type { Lock } from "../../lib/coordination/locks/schema.ts";
import type { Task } from "../../lib/coordination/tasks/schema.ts";
import type { Escalation } from "../../lib/coordination/traces/schema.ts";
import type { Zone } from "../../lib/coordination/zones/schema.ts";

/** How an agent stands, as the server judges it. */
export interface TeamState {
  readonly agentId: string;
  readonly status: "in_flow" | "available" | "stuck" | "offline";
  readonly durationMinutes: number;
  /** Why it is stuck. */
  readonly reason?: string;
  /** Absent without a soul. */
  readonly level?: string;
}

/** As the server sends it, also for a reload. */
export interface BoardSnapshot {
  readonly cursor: string;
  readonly nowMs: number;
  readonly tasks: readonly Task[];
  /** Finished tasks in all; only the newest are here. */
  readonly doneTotal: number;
  /** Where the others begin. */
  readonly doneCursor: string | null;
  /** There are more open tasks than the board takes. */
  readonly tasksCut: boolean;
  readonly agents: readonly Agent[];
  readonly team: readonly TeamState[];
  readonly locks: readonly Lock[];
  readonly zones: readonly Zone[];
  readonly claims: readonly Claim[];
  readonly handoffs: readonly Handoff[];
  readonly messages: readonly Message[];
  readonly escalations: readonly Escalation[];
}

export interface BoardData {
  readonly doneTotal: number;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly team: ReadonlyMap<string, TeamState>;
  readonly locks: ReadonlyMap<string, Lock>;
  readonly zones: ReadonlyMap<string, Zone>;
  readonly claims: ReadonlyMap<string, Claim>;
  readonly handoffs: ReadonlyMap<string, Handoff>;
  readonly messages: ReadonlyMap<string, Message>;
  readonly escalations: ReadonlyMap<string, Escalation>;
}

/** An event of the feed; its own fields stand beside these. */
export interface BoardEvent {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Messages kept; older ones are loaded when asked for. */
const MESSAGES_KEPT = 400;

export function boardData(snapshot: BoardSnapshot): BoardData {
  return {
    doneTotal: snapshot.doneTotal,
    tasks: byKey(snapshot.tasks, (task) => task.id),
    agents: byKey(snapshot.agents, (agent) => agent.agentId),
    team: byKey(snapshot.team, (state) => state.agentId),
    locks: byKey(snapshot.locks, (lock) => lock.resourcePath),
    zones: byKey(snapshot.zones, (zone) => zone.zoneId),
    claims: byKey(snapshot.claims, (claim) => claim.what),
    handoffs: byKey(snapshot.handoffs, (handoff) => handoff.id),
    messages: byKey(snapshot.messages, (message) => message.id),
    escalations: byKey(snapshot.escalations, (escalation) => escalation.id),
  };
}

function byKey<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [key(item), item]));
}

export function applyEvents(data: BoardData, events: readonly BoardEvent[]): BoardData {
  return events.reduce(applyEvent, data);
}

function applyEvent(data: BoardData, event: BoardEvent): BoardData {
  const fold = folds[event.type] ?? folds[event.type.replace(/\..*/, ".*")];
  return fold ? fold(data, event) : data;
}

type Fold = (data: BoardData, event: BoardEvent) => BoardData;

const folds: Readonly<Record<string, Fold>> = {
  "task.*": (data, event) => putTask(data, event.task as Task),
  "task.deleted": (data, event) => dropTask(data, (event.task as Task).id),
  "agent.*": (data, event) => ({
    ...data,
    agents: putAgent(data.agents, event.agent as Agent),
  }),
  "lock.*": (data, event) => putLock(data, event.lock as Lock),
  "lock.released": (data, event) => endLock(data, event.lock as Lock),
  "lock.expired": (data, event) => endLock(data, event.lock as Lock),
  "lock.stolen": (data, event) => endLock(data, event.lock as Lock),
  "zone.claimed": (data, event) => put(data, "zones", (event.zone as Zone).zoneId, event.zone),
  "zone.released": (data, event) => drop(data, "zones", (event.zone as Zone).zoneId),
  "claim.claimed": (data, event) => put(data, "claims", (event.claim as Claim).what, event.claim),
  "claim.released": (data, event) => drop(data, "claims", (event.claim as Claim).what),
  "handoff.*": (data, event) => putHandoff(data, event.handoff as Handoff),
  "handoff.deleted": (data, event) => drop(data, "handoffs", (event.handoff as Handoff).id),
  "chat.posted": (data, event) => putMessage(data, event.message as Message),
  "chat.reacted": (data, event) =>
    setReaction(
      data,
      event.messageId as string,
      event.reaction as Reaction,
      event.removed === true,
    ),
  "escalation.*": (data, event) => {
    const escalation = event.escalation as Escalation;
    return put(data, "escalations", escalation.id, escalation);
  },
  "escalation.cleared": (data, event) =>
    drop(data, "escalations", (event.escalation as Escalation).id),
  "escalation.resolved": (data, event) =>
    drop(data, "escalations", (event.escalation as Escalation).id),
};

type Collection = Exclude<keyof BoardData, "doneTotal">;

function put(data: BoardData, name: Collection, key: string, value: unknown): BoardData {
  return { ...data, [name]: new Map(data[name] as ReadonlyMap<string, unknown>).set(key, value) };
}

/** What is not there changes nothing. */
export function drop(data: BoardData, name: Collection, key: string): BoardData {
  if (!data[name].has(key)) return data;
  const rest = new Map(data[name] as ReadonlyMap<string, unknown>);
  rest.delete(key);
  return { ...data, [name]: rest };
}

export function putTask(data: BoardData, task: Task): BoardData {
  const known = data.tasks.get(task.id);
  if (known && known.version > task.version) return data;
  // A finished task that is not known is an old one, unless it has never been anything else.
  const before = known ? known.status === "done" : task.status === "done" && task.version > 1;
  const more = Number(task.status === "done") - Number(before);
  return { ...put(data, "tasks", task.id, task), doneTotal: data.doneTotal + more };
}

export function dropTask(data: BoardData, id: string): BoardData {
  const done = data.tasks.get(id)?.status === "done";
  return { ...drop(data, "tasks", id), doneTotal: data.doneTotal - Number(done) };
}

/** ISO times of the same form compare as text. */
export function putAgent(
  agents: ReadonlyMap<string, Agent>,
  agent: Agent,
): ReadonlyMap<string, Agent> {
  const known = agents.get(agent.agentId);
  if (known && known.lastSeen > agent.lastSeen) return agents;
  return new Map(agents).set(agent.agentId, agent);
}

/** A token rises with every grant: a lower one tells of a grant that is over. */
function putLock(data: BoardData, lock: Lock): BoardData {
  const known = data.locks.get(lock.resourcePath);
  return known && known.token > lock.token ? data : put(data, "locks", lock.resourcePath, lock);
}

export function endLock(data: BoardData, lock: Pick<Lock, "resourcePath" | "token">): BoardData {
  const known = data.locks.get(lock.resourcePath);
  return known && known.token > lock.token ? data : drop(data, "locks", lock.resourcePath);
}

const handoffOrder = ["pending", "claimed", "completed"];

export function putHandoff(data: BoardData, handoff: Handoff): BoardData {
  const known = data.handoffs.get(handoff.id);
  const later = !known ||
    handoffOrder.indexOf(handoff.status) >= handoffOrder.indexOf(known.status);
  return later ? put(data, "handoffs", handoff.id, handoff) : data;
}

export function putMessage(data: BoardData, message: Message): BoardData {
  const known = data.messages.get(message.id);
  // What a message was posted with is older than the reactions it has since been given.
  if (known) return known.reactions.length > message.reactions.length ? data : keep(data, message);
  return keep(withReply(data, message.threadId), message);
}

/** One more reply to a message; told once, because a reply known already does not come here. */
function withReply(data: BoardData, threadId: string | undefined): BoardData {
  const root = threadId === undefined ? undefined : data.messages.get(threadId);
  return root
    ? put(data, "messages", root.id, { ...root, replyCount: (root.replyCount ?? 0) + 1 })
    : data;
}

function keep(data: BoardData, message: Message): BoardData {
  const next = put(data, "messages", message.id, message);
  if (next.messages.size <= MESSAGES_KEPT) return next;
  const newest = [...next.messages.values()].sort(byTime).slice(-MESSAGES_KEPT);
  return { ...next, messages: byKey(newest, (kept) => kept.id) };
}

export function setReaction(
  data: BoardData,
  id: string,
  reaction: Reaction,
  removed: boolean,
): BoardData {
  const message = data.messages.get(id);
  if (!message) return data;
  const same = (other: Reaction) => other.emoji === reaction.emoji && other.by === reaction.by;
  const others = message.reactions.filter((other) => !same(other));
  return put(data, "messages", id, {
    ...message,
    reactions: removed ? others : [...others, reaction],
  });
}

const byTime = (a: Message, b: Message) =>
  a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : a.id < b.id ? -1 : 1;

/** The conversation, oldest first; with `threadId` the replies to that message. */
export function conversation(data: BoardData, threadId?: string): Message[] {
  return [...data.messages.values()].filter((message) => message.threadId === threadId).sort(
    byTime,
  );
}
