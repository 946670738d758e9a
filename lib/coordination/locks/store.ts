/** Reads of locks. What has expired is not held, whether or not the sweep has come to it. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { listPage } from "../../kernel/kv/mod.ts";
import { EMPTY_GATE, hasExpired, isAlive, isLive, targetsOverlap } from "./decide.ts";
import { globsOverlap, matchesGlob, normalizeGlob } from "./globs.ts";
import { readCovering } from "./guard.ts";
import {
  type Gate,
  liveLockKey,
  lockGateKey,
  type LockKind,
  type LockQueue,
  type LockRecord,
  type PastLock,
  pastLockKey,
  type StoredLock,
  type Ticket,
} from "./keys.ts";
import { keyPart, normalizePath } from "./paths.ts";
import { liveTickets, queueKey } from "./queue.ts";
import { targetOf } from "./request.ts";
import type { Lock, LockCheck, LockHistory, LockState, LockTarget } from "./schema.ts";
import { shownLock, shownPast } from "./shown.ts";
import { HISTORY_KEPT, recordKey } from "./stage.ts";
import { readCovered, readPaths } from "./states.ts";

type ReadContext = Pick<AppContext, "kv" | "clock">;

/** A path or a glob as it is named outside. */
export interface Named {
  readonly path: string;
  readonly glob?: boolean | undefined;
}

/** Who holds a path, by itself or through a glob. */
export async function getLockState(
  ctx: ReadContext,
  workspaceId: string,
  named: string | Named,
): Promise<LockState> {
  const nowMs = ctx.clock.now();
  const { kind, path } = nameOf(named);
  if (kind === "glob") {
    const held = (await readGate(ctx, workspaceId)).globs.find((lock) =>
      lock.path === path && isLive(lock, nowMs)
    );
    return stateOf(path, held ? shownLock(held, nowMs) : null);
  }
  const [[held], queue] = await Promise.all([
    readCovering(ctx, workspaceId, path, nowMs),
    ctx.kv.get<LockQueue>(queueKey(workspaceId, path)),
  ]);
  const waiting = liveTickets(queue.value, nowMs).length;
  return stateOf(path, held ? shownLock(held, nowMs, waiting) : null);
}

function stateOf(resourcePath: string, lock: Lock | null): LockState {
  return lock ? { locked: true, resourcePath, lock } : { locked: false, resourcePath };
}

/** Newest first; a grant that has expired and was not swept yet is among the ended ones. */
export async function getLockHistory(
  ctx: ReadContext,
  workspaceId: string,
  named: string | Named,
  limit: number = HISTORY_KEPT,
): Promise<LockHistory> {
  const nowMs = ctx.clock.now();
  const { kind, path } = nameOf(named);
  const prefix = pastLockKey.prefix(workspaceId, kind, keyPart(path));
  const [state, record, gate, past] = await Promise.all([
    getLockState(ctx, workspaceId, named),
    ctx.kv.get<LockRecord>(recordKey(workspaceId, kind, path)),
    readGate(ctx, workspaceId),
    Array.fromAsync(ctx.kv.list<PastLock>({ prefix }, { limit, reverse: true })),
  ]);
  const last = kind === "path"
    ? record.value?.held
    : gate.globs.find((lock) => lock.path === path && hasExpired(lock, nowMs));
  const ended = past.map(({ value }) => value);
  if (last && hasExpired(last, nowMs) && ended.every(({ lock }) => lock.id !== last.id)) {
    ended.unshift({ v: 1, lock: last, endedAt: last.until, why: "expired" });
  }
  return {
    resourcePath: path,
    currentLock: state.lock ?? null,
    history: ended.slice(0, limit).map(shownPast),
  };
}

/** Live locks: globs first, then by path. */
export async function listLocks(
  ctx: ReadContext,
  workspaceId: string,
  { agentId, limit, cursor }: Partial<PageQuery> & { readonly agentId?: string | undefined },
): Promise<Page<Lock>> {
  const nowMs = ctx.clock.now();
  const page = await listPage<StoredLock>(ctx, {
    prefix: liveLockKey.prefix(workspaceId),
    query: `locks:${agentId ?? ""}`,
    reverse: false,
    limit,
    cursor,
    where: ({ value }) => {
      const lock = value as StoredLock;
      return isLive(lock, nowMs) && (agentId === undefined || lock.agentId === agentId);
    },
  });
  const queues = await ctx.kv.getMany<LockQueue>(
    page.items.map(({ path }) => queueKey(workspaceId, path)),
  );
  const items = page.items.map((lock, i) => {
    const queue = lock.kind === "path" ? queues[i]!.value : null;
    return shownLock(lock, nowMs, liveTickets(queue, nowMs).length);
  });
  return { items, nextCursor: page.nextCursor };
}

/** All live locks of an agent. */
export async function listLocksOf(
  ctx: ReadContext,
  workspaceId: string,
  agentId: string,
): Promise<Lock[]> {
  const nowMs = ctx.clock.now();
  const locks: Lock[] = [];
  for await (
    const { value } of ctx.kv.list<StoredLock>({ prefix: liveLockKey.prefix(workspaceId) })
  ) {
    if (value.agentId === agentId && isLive(value, nowMs)) locks.push(shownLock(value, nowMs));
  }
  return locks;
}

/** What stands in the way of an acquire; writes nothing. Without an agent every lock does. */
export async function checkLocks(
  ctx: ReadContext,
  workspaceId: string,
  { agentId, ...input }: LockTarget & { readonly agentId?: string | undefined },
): Promise<LockCheck> {
  const nowMs = ctx.clock.now();
  const target = targetOf(input);
  const gate = await readGate(ctx, workspaceId);
  const conflicts = gate.globs.filter((lock) =>
    target.kind === "glob"
      ? globsOverlap(lock.path, target.glob)
      : target.paths.some((path) => matchesGlob(lock.path, path))
  );
  const waiting: Ticket[] = gate.wide.filter((ticket) => targetsOverlap(target, ticket));
  const states = target.kind === "glob"
    ? await readCovered(ctx, workspaceId, target.glob)
    : await readPaths(ctx, workspaceId, target.paths);
  for (const { record, queue } of states) {
    if (record?.held) conflicts.push(record.held);
    waiting.push(...queue?.tickets ?? []);
  }
  const inTheWay = conflicts.filter((lock) => isLive(lock, nowMs) && lock.agentId !== agentId);
  return {
    free: inTheWay.length === 0,
    conflicts: inTheWay.map((lock) => shownLock(lock, nowMs)),
    waiting: waiting.filter((one) => isAlive(one, nowMs) && one.agentId !== agentId).length,
  };
}

async function readGate(ctx: ReadContext, workspaceId: string): Promise<Gate> {
  return (await ctx.kv.get<Gate>(lockGateKey(workspaceId))).value ?? EMPTY_GATE;
}

function nameOf(named: string | Named): { kind: LockKind; path: string } {
  const { path, glob } = typeof named === "string" ? { path: named, glob: false } : named;
  return glob
    ? { kind: "glob", path: normalizeGlob(path) }
    : { kind: "path", path: normalizePath(path) };
}
