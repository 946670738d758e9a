/**
 * Callers of this instance that wait for locks. Their places are stored; here is only how they are woken:
 * by bells of this process, on a shared store by the board's events of the others. Only the first of a
 * line looks at the store, the others would find it in their way.
 */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { type EventHub, headCursor } from "../../kernel/events/mod.ts";
import { BOARD_STREAM } from "../streams.ts";
import { onFreed } from "./callers_here.ts";
import { comesBefore } from "./alive.ts";
import { coversPath, type Target } from "./decide.ts";
import { globsOverlap, matchesGlob } from "./paths.ts";
import type { LockKind, StoredLock } from "./keys.ts";
import type { Place } from "./queue.ts";
import type { LockRequest } from "./request.ts";
import type { Terms } from "./stage.ts";

/** One caller. */
export class Waiter {
  readonly request: LockRequest;
  /** Fixed when it began to wait; what a grant handed to it is made of. */
  readonly terms: Terms;
  /** In the line once it is stored. */
  place: Place | null = null;
  /** Given by the commit that released it. */
  handed: StoredLock | null = null;
  /** The place was not found when it should have been renewed. */
  lost = false;
  closed = false;
  /** Its agent got the lock by another call: it looks without being first. */
  eager = false;
  #rung = false;
  #wake: (() => void) | null = null;

  constructor(request: LockRequest, terms: Terms) {
    this.request = request;
    this.terms = terms;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  hand(lock: StoredLock): void {
    this.handed = lock;
    this.ring();
  }

  /** Until somebody rings, the time is over, or the caller has gone. */
  async sleep(
    clock: AppContext["clock"],
    ms: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (!this.#rung && !signal?.aborted && ms > 0) {
      await new Promise<void>((resolve) => {
        const cancel = clock.timer(ms, resolve, true);
        this.#wake = () => {
          cancel();
          resolve();
        };
        signal?.addEventListener("abort", this.#wake, { once: true });
      });
      if (this.#wake) signal?.removeEventListener("abort", this.#wake);
      this.#wake = null;
    }
    this.#rung = false;
  }
}

/** What the board's events say of it. */
interface Freed {
  readonly resourcePath: string;
  readonly glob?: true;
}

const FREED = ["lock.released", "lock.expired", "lock.stolen", "lock.waiting", "lock.offered"];
const TAKEN_OVER = "lock.taken_over";
/** After the log could be followed no more. */
const AGAIN_MS = 1_000;

interface Lines {
  /** By path: callers that wait for it alone. */
  readonly paths: Map<string, Waiter[]>;
  readonly wide: Set<Waiter>;
  /** What other instances free is heard; gives what ends it. */
  heard: Promise<() => void> | null;
  /** Takes back what is to be tried again. */
  stop: () => void;
}

export class LockWaiters {
  readonly #ctx: AppContext;
  readonly #hub: EventHub;
  readonly #workspaces = new Map<string, Lines>();
  readonly #stopListening: () => void;
  #empty: (() => void)[] = [];
  #closed = false;

  constructor(ctx: AppContext, hub: EventHub) {
    this.#ctx = ctx;
    this.#hub = hub;
    this.#stopListening = onFreed(ctx.kv, (...said) => this.ring(...said));
  }

  /** Callers waiting here. */
  get size(): number {
    let size = 0;
    for (const { paths, wide } of this.#workspaces.values()) {
      size += wide.size;
      for (const line of paths.values()) size += line.length;
    }
    return size;
  }

  /** From now on the caller is woken; resolves when other instances are heard too. */
  async enter(waiter: Waiter): Promise<void> {
    if (this.#closed) throw stopping();
    const { workspaceId, target } = waiter.request;
    const known = this.#workspaces.get(workspaceId);
    const lines: Lines = known ??
      { paths: new Map(), wide: new Set(), heard: null, stop: () => {} };
    this.#workspaces.set(workspaceId, lines);
    if (target.kind === "path") {
      const [path] = target.paths;
      lines.paths.set(path, [...lines.paths.get(path) ?? [], waiter]);
    } else lines.wide.add(waiter);
    if (this.#ctx.kv.exclusive) return;
    try {
      await this.#hear(workspaceId, lines);
    } catch (error) {
      this.leave(waiter);
      throw error;
    }
  }

  leave(waiter: Waiter): void {
    const { workspaceId, target } = waiter.request;
    const lines = this.#workspaces.get(workspaceId);
    if (!lines) return;
    if (target.kind === "path") {
      const [path] = target.paths;
      const left = (lines.paths.get(path) ?? []).filter((other) => other !== waiter);
      ringEagerly(left, waiter.request.input.agentId);
      if (left.length > 0) lines.paths.set(path, left);
      else lines.paths.delete(path);
      // What rang for this one may be for the next.
      this.first(workspaceId, path)?.ring();
    } else lines.wide.delete(waiter);
    if (lines.paths.size + lines.wide.size > 0) return;
    lines.stop();
    lines.heard?.then((unfollow) => unfollow(), () => {});
    this.#workspaces.delete(workspaceId);
    if (this.#workspaces.size === 0) { for (const resolve of this.#empty.splice(0)) resolve(); }
  }

  /** The caller of this instance that comes first for the path. */
  first(workspaceId: string, path: string): Waiter | null {
    let first: Waiter | null = null;
    for (const waiter of this.#workspaces.get(workspaceId)?.paths.get(path) ?? []) {
      if (!waiter.place || waiter.handed) continue;
      if (!first || comesBefore(waiter.place, first.place!)) first = waiter;
    }
    return first;
  }

  isFirst(waiter: Waiter): boolean {
    const { workspaceId, target } = waiter.request;
    if (target.kind !== "path" || waiter.eager) return true;
    return this.first(workspaceId, target.paths[0]) === waiter;
  }

  /** Something that overlaps this may be free; or `heldBy` has it, and need not wait for it. */
  ring(workspaceId: string, kind: LockKind, path: string, heldBy?: string): void {
    const lines = this.#workspaces.get(workspaceId);
    if (!lines) return;
    const concerned = kind === "path"
      ? [path]
      : [...lines.paths.keys()].filter((waiting) => matchesGlob(path, waiting));
    for (const waiting of concerned) {
      this.first(workspaceId, waiting)?.ring();
      if (heldBy !== undefined) ringEagerly(lines.paths.get(waiting) ?? [], heldBy);
    }
    for (const waiter of lines.wide) {
      if (concerns(waiter.request.target, kind, path)) waiter.ring();
    }
  }

  /** Sends everybody away; resolves when their places are given up. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    for (const { paths, wide } of this.#workspaces.values()) {
      for (const waiter of [...wide, ...[...paths.values()].flat()]) {
        waiter.closed = true;
        waiter.ring();
      }
    }
    if (this.#workspaces.size > 0) {
      await new Promise<void>((resolve) => this.#empty.push(resolve));
    }
  }

  /** One following for all callers of a workspace, who wait for it together. */
  #hear(workspaceId: string, lines: Lines): Promise<unknown> {
    if (lines.heard) return lines.heard;
    const heard = this.#follow(workspaceId, lines);
    lines.heard = heard;
    heard.catch(() => {
      if (lines.heard === heard) lines.heard = null;
    });
    return heard;
  }

  /** What was freed in between is looked for. */
  #hearAgain(workspaceId: string, lines: Lines): void {
    if (this.#closed || this.#workspaces.get(workspaceId) !== lines) return;
    lines.stop = this.#ctx.clock.timer(AGAIN_MS, async () => {
      if (this.#closed || this.#workspaces.get(workspaceId) !== lines) return;
      try {
        await this.#hear(workspaceId, lines);
        this.#ringAll(workspaceId);
      } catch (error) {
        this.#ctx.log.warn("Freed locks of other instances are not heard", {
          error: String(error),
        });
        this.#hearAgain(workspaceId, lines);
      }
    });
  }

  async #follow(workspaceId: string, lines: Lines): Promise<() => void> {
    const after = await headCursor(this.#ctx, workspaceId);
    const types = [TAKEN_OVER, ...FREED];
    return this.#hub.subscribe(workspaceId, BOARD_STREAM, { after, types }, {
      send: (item) => {
        if (item.kind !== "events") this.#ringAll(workspaceId);
        else {
          for (const { type, json } of item.events) {
            const event = JSON.parse(json) as { lock?: Freed; by?: string } & Freed;
            const { resourcePath, glob } = event.lock ?? event;
            const heldBy = type === TAKEN_OVER ? event.by : undefined;
            this.ring(workspaceId, glob ? "glob" : "path", resourcePath, heldBy);
          }
        }
        if (item.kind !== "closed") return true;
        lines.heard = null;
        this.#hearAgain(workspaceId, lines);
        return false;
      },
      drained: () => Promise.resolve(true),
    });
  }

  #ringAll(workspaceId: string): void {
    const lines = this.#workspaces.get(workspaceId);
    for (const path of lines?.paths.keys() ?? []) this.first(workspaceId, path)?.ring();
    for (const waiter of lines?.wide ?? []) waiter.ring();
  }
}

export function createLockWaiters(ctx: AppContext, hub: EventHub): LockWaiters {
  return new LockWaiters(ctx, hub);
}

export function stopping(): AppError {
  return new AppError("unavailable", {
    detail: "This server is stopping; ask again, another one answers",
    retryAfterMs: 1_000,
  });
}

/** The agent's own look though they are not first: it may have what they wait for. */
function ringEagerly(line: readonly Waiter[], agentId: string): void {
  for (const waiter of line) {
    if (waiter.request.input.agentId !== agentId) continue;
    waiter.eager = true;
    waiter.ring();
  }
}

function concerns(target: Target, kind: LockKind, path: string): boolean {
  if (target.kind === "glob") {
    return kind === "glob" ? globsOverlap(target.glob, path) : matchesGlob(target.glob, path);
  }
  return target.paths.some((one) =>
    kind === "glob" ? matchesGlob(path, one) : coversPath({ paths: [one] }, path)
  );
}
