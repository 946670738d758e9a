/** Reads of locks. What has expired is not held, whether or not the sweep has come to it. */
import type { AppContext } from "../../kernel/context.ts";
import {
  decodeCursor,
  encodeCursor,
  type Page,
  PAGE_LIMIT_DEFAULT,
  type PageQuery,
} from "../../kernel/core/page.ts";
import { readSettings } from "../settings/mod.ts";
import { countAlive, hasExpired, isAlive, isLive } from "./alive.ts";
import { EMPTY_GATE, targetsOverlap } from "./decide.ts";
import { globsOverlap, keyPart, matchesGlob, normalizeGlob, normalizePath } from "./paths.ts";
import { readCovering } from "./guard.ts";
import {
  type Gate,
  type ListedLock,
  listedLockKey,
  lockGateKey,
  type LockKind,
  type LockRecord,
  type PastLocks,
  pastLocksKey,
  type StoredLock,
  type Ticket,
} from "./keys.ts";
import { targetOf } from "./request.ts";
import type { Lock, LockCheck, LockHistory, LockState, LockTarget } from "./schema.ts";
import { endedByTime, shownLock, shownPast } from "./shown.ts";
import { recordKey } from "./stage.ts";
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
  const [[held], [state]] = await Promise.all([
    readCovering(ctx, workspaceId, path, nowMs),
    readPaths(ctx, workspaceId, [path]),
  ]);
  return stateOf(path, held ? shownLock(held, nowMs, countAlive(state!.tickets, nowMs)) : null);
}

function stateOf(resourcePath: string, lock: Lock | null): LockState {
  return lock ? { locked: true, resourcePath, lock } : { locked: false, resourcePath };
}

/** Newest first; a grant that has expired and was not swept yet is among the ended ones. */
export async function getLockHistory(
  ctx: ReadContext,
  workspaceId: string,
  named: string | Named,
): Promise<LockHistory> {
  const nowMs = ctx.clock.now();
  const { kind, path } = nameOf(named);
  const prefix = pastLocksKey.prefix(workspaceId, kind, keyPart(path));
  const [{ locks: { historyKept } }, state, record, gate, groups] = await Promise.all([
    readSettings(ctx, workspaceId),
    getLockState(ctx, workspaceId, named),
    ctx.kv.get<LockRecord>(recordKey(workspaceId, kind, path)),
    readGate(ctx, workspaceId),
    Array.fromAsync(ctx.kv.list<PastLocks>({ prefix })),
  ]);
  const older = groups.flatMap(({ value }) => value.past);
  // A group may have been made of the record between the two reads.
  const known = new Set(older.map(({ id }) => id));
  const recent = (record.value?.past ?? []).filter(({ id }) => !known.has(id));
  const ended = [...older, ...recent];
  const last = kind === "path"
    ? record.value?.held
    : gate.globs.find((lock) => lock.path === path && hasExpired(lock, nowMs));
  if (last && hasExpired(last, nowMs)) ended.push(endedByTime(last));
  return {
    resourcePath: path,
    currentLock: state.lock ?? null,
    history: ended.reverse().slice(0, historyKept).map(shownPast),
  };
}

/** Live locks: globs first, then by path. */
export async function listLocks(
  ctx: ReadContext,
  workspaceId: string,
  { agentId, limit = PAGE_LIMIT_DEFAULT, cursor }:
    & Partial<PageQuery>
    & { readonly agentId?: string | undefined },
): Promise<Page<Lock>> {
  const nowMs = ctx.clock.now();
  const query = `locks:${workspaceId}:${agentId ?? ""}`;
  const after = cursor === undefined ? "" : decodeCursor(query, cursor);
  const found = (await readLive(ctx, workspaceId, nowMs))
    .filter((lock) => agentId === undefined || lock.agentId === agentId)
    .filter((lock) => positionOf(lock) > after);
  const page = found.slice(0, limit);
  const states = await readPaths(ctx, workspaceId, page.map(({ path }) => path));
  const items = page.map((lock, i) =>
    shownLock(lock, nowMs, lock.kind === "path" ? countAlive(states[i]!.tickets, nowMs) : 0)
  );
  const last = found.length > limit ? page.at(-1)! : null;
  return { items, nextCursor: last && encodeCursor(query, positionOf(last)) };
}

const positionOf = ({ kind, path, id }: StoredLock) => `${kind}\n${path}\n${id}`;

/** All live locks, in the order they are listed in. */
async function readLive(
  ctx: ReadContext,
  workspaceId: string,
  nowMs: number,
): Promise<StoredLock[]> {
  const prefix = listedLockKey.prefix(workspaceId);
  const [gate, listed] = await Promise.all([
    readGate(ctx, workspaceId),
    Array.fromAsync(ctx.kv.list<ListedLock>({ prefix })),
  ]);
  const records = await ctx.kv.getMany<LockRecord>(
    listed.map(({ value }) => recordKey(workspaceId, "path", value.path)),
  );
  const held = [...gate.globs, ...records.map(({ value }) => value?.held)];
  const order = (a: StoredLock, b: StoredLock) => positionOf(a) < positionOf(b) ? -1 : 1;
  return held.filter((lock) => isLive(lock, nowMs)).sort(order);
}

/** All live locks of an agent. */
export async function listLocksOf(
  ctx: ReadContext,
  workspaceId: string,
  agentId: string,
): Promise<Lock[]> {
  const nowMs = ctx.clock.now();
  const live = await readLive(ctx, workspaceId, nowMs);
  return live.filter((lock) => lock.agentId === agentId).map((lock) => shownLock(lock, nowMs));
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
  for (const { record, tickets } of states) {
    if (record?.held) conflicts.push(record.held);
    waiting.push(...tickets);
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
