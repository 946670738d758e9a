/** What of the log belongs into an agent's digest, and what one is asked for: pure rules. */
import { AppError } from "../../kernel/core/errors.ts";
import type { Handoff } from "../handoffs/schema.ts";
import type { Task } from "../tasks/schema.ts";
import type { TaskChange } from "./schema.ts";

/** Where a digest begins. */
export interface Since {
  readonly ms: number;
  /** Event id, where the last digest said; else only the time decides. */
  readonly after?: string;
}

/** Of a workspace where nothing has happened: the time alone decides. */
const NOTHING_YET = "00000000000000000000.0";

/** Event id and time: the log goes by the one, what has no log by the other. */
export function cursorOf(after: string | undefined, ms: number): string {
  return `${after ?? NOTHING_YET}.${ms}`;
}

/** Throws `invalid_input` for what is neither an ISO time nor a digest's `nextCursor`. */
export function sinceOf(text: string | undefined, nowMs: number, windowMs: number): Since {
  if (text === undefined) return { ms: nowMs - windowMs };
  const cursor = /^([0-9a-f]{20}\.\d{1,6})\.(\d{1,13})$/.exec(text);
  if (cursor) {
    const [, after, ms] = cursor;
    return { ms: Number(ms), ...(after !== NOTHING_YET && { after }) };
  }
  const ms = isoMs(text);
  if (ms !== null) return { ms };
  throw new AppError("invalid_input", {
    detail: `since: "${
      text.slice(0, 80)
    }" is neither an ISO 8601 time nor the nextCursor of a digest`,
    fields: [{ path: "since", message: "an ISO 8601 time or the nextCursor of a digest" }],
  });
}

/** Epoch ms of a date or a date and time of ISO 8601, null for anything else. */
export function isoMs(text: string): number | null {
  if (
    !/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(
      text,
    )
  ) {
    return null;
  }
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

export interface BoardEvent {
  readonly type: string;
  readonly at: string;
  readonly actor?: string;
  readonly task?: Task;
  readonly handoff?: Handoff;
}

/**
 * What others did on the board that concerns an agent, from its events, newest first: one entry for each
 * task somebody else changed, and its own handoffs that others took or completed. What it did itself is no
 * news, and a task it alone touched is left out.
 */
export class BoardNews {
  readonly #agentId: string;
  readonly #tasks = new Map<string, TaskChange>();
  readonly #handoffs = new Map<string, Handoff>();

  constructor(agentId: string) {
    this.#agentId = agentId;
  }

  add({ type, at, actor, task, handoff }: BoardEvent): void {
    const isOwn = actor === `agent:${this.#agentId}`;
    if (task && type.startsWith("task.")) this.#addTask(task, type.slice(5), at, actor, isOwn);
    const isTaken = type === "handoff.claimed" || type === "handoff.completed";
    if (!handoff || !isTaken || isOwn || handoff.fromAgent !== this.#agentId) return;
    if (!this.#handoffs.has(handoff.id)) this.#handoffs.set(handoff.id, handoff);
  }

  /** Newest first. */
  get taskChanges(): TaskChange[] {
    return [...this.#tasks.values()].filter(({ changes }) => changes.length > 0);
  }

  /** As they are now, newest first. */
  get handoffs(): Handoff[] {
    return [...this.#handoffs.values()];
  }

  #addTask(
    task: Task,
    change: string,
    at: string,
    actor: string | undefined,
    isOwn: boolean,
  ): void {
    const known = this.#tasks.get(task.id) ?? { task, changes: [], by: [], at };
    this.#tasks.set(task.id, known);
    if (isOwn) return;
    if (known.changes[0] !== change) known.changes.unshift(change);
    if (actor !== undefined && !known.by.includes(actor)) known.by.unshift(actor);
  }
}
