/**
 * Acquire: at once, or from a place in the line. The place is stored before the caller sleeps and renewed
 * while it does; whoever frees the lock hands it to the first of the line in the same commit when that one
 * waits here, else rings. The caller that goes away, or whose time is over, takes its place with it.
 */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { type Attempt } from "./attempt_paths.ts";
import { attempt, isWide } from "./attempt_wide.ts";
import { noteConflicts } from "./conflicts.ts";
import { looksAgainAt, type Obstacles } from "./decide.ts";
import type { LockRecord, StoredLock } from "./keys.ts";
import { stagePlace, stagePlaceLeft, stagePlaceRenewed } from "./queue.ts";
import { releaseLock } from "./release_lock.ts";
import { type LockRequest, nameOf, requestOf, termsOf } from "./request.ts";
import type { Acquired, AcquireInput, LocksSettings } from "./schema.ts";
import { lockRefused, shownLock } from "./shown.ts";
import { recordKey } from "./stage.ts";
import { type LockWaiters, stopping, Waiter } from "./waiters.ts";

/** What commands on locks are given; an `App` is one. */
export interface LockHost {
  readonly ctx: AppContext;
  readonly coordination: { readonly waiters: LockWaiters };
}

export interface AcquireOptions {
  /** 0 and absent: refused at once. */
  readonly waitMs?: number | undefined;
  /** Aborts when the caller has gone. */
  readonly signal?: AbortSignal | undefined;
}

/** Until somebody has made up its mind; a few milliseconds at most, unless its server died. */
const UNSETTLED_MS = 5;

type Done = Extract<Attempt, { kind: "done" }>;

/**
 * All that was asked for, or nothing. Throws `conflict` (extension: lockedBy, expiresAt, remainingMs,
 * conflicts), `forbidden` by policy, `invalid_input`, `rate_limited` when the line is full.
 */
export async function acquireLock(
  app: LockHost,
  call: Call,
  input: AcquireInput,
  { waitMs = 0, signal }: AcquireOptions = {},
): Promise<Acquired> {
  const { ctx } = app;
  const request = requestOf(call, input);
  if (!isWide(request)) {
    const first = await attempt(ctx, request, null);
    if (first.kind === "done") return shown(ctx, request, first);
    if (first.kind === "blocked" && waitMs <= 0) return await refuse(ctx, request, first, 0);
  }
  return shown(ctx, request, await stand(app, request, Math.max(0, waitMs), signal));
}

/** In the line until it is granted, the time is over, or the caller or this server goes. */
async function stand(
  app: LockHost,
  request: LockRequest,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<Done> {
  const { ctx, coordination: { waiters } } = app;
  const { locks: settings } = await readSettings(ctx, request.workspaceId);
  if (waitMs > settings.maxWaitMs) {
    throw new AppError("invalid_input", {
      detail: `waitMs: ${waitMs} is more than ${settings.maxWaitMs}`,
      fields: [{ path: "waitMs", message: `is more than ${settings.maxWaitMs}` }],
    });
  }
  const waiter = new Waiter(request, termsOf(request, settings));
  let stopRenewing = () => {};
  await waiters.enter(waiter);
  try {
    await takePlace(ctx, waiter, settings, waitMs > 0);
    stopRenewing = keepPlace(ctx, waiter, settings);
    const done = await lookUntilDone(app, waiter, { waitMs, settings, signal });
    if (signal?.aborted && !done.renewed) await giveBack(app, waiter, done);
    return done;
  } catch (error) {
    // Refused, stopped or failed: nobody must wait for a place nobody stands in.
    const late = await withdraw(ctx, waiter).catch(() => null);
    if (!late) throw error;
    if (!signal?.aborted && !waiter.closed) return late;
    await giveBack(app, waiter, late);
    throw error;
  } finally {
    stopRenewing();
    waiters.leave(waiter);
  }
}

interface Waiting {
  readonly waitMs: number;
  readonly settings: LocksSettings;
  readonly signal: AbortSignal | undefined;
}

async function lookUntilDone(
  { ctx, coordination: { waiters } }: LockHost,
  waiter: Waiter,
  { waitMs, settings, signal }: Waiting,
): Promise<Done> {
  const { request } = waiter;
  const from = ctx.clock.mono();
  let blocked: Obstacles = { held: [], ahead: [] };
  for (;;) {
    const leftMs = waitMs - (ctx.clock.mono() - from);
    let sleepMs = leftMs;
    if (waiter.handed) return { kind: "done", locks: [waiter.handed], renewed: false };
    if (waiter.closed) throw stopping();
    if (signal?.aborted) {
      throw new AppError("canceled", { detail: "The caller has gone", cause: signal.reason });
    }
    if (waiter.lost) await takePlace(ctx, waiter, settings, waitMs > 0);
    if (waiters.isFirst(waiter)) {
      const result = await attempt(ctx, request, waiter.place);
      if (result.kind === "done") return result;
      if (result.kind === "lost") waiter.lost = true;
      if (result.kind === "blocked") {
        blocked = result;
        if (waitMs <= 0) return await refuse(ctx, request, blocked, 0);
        sleepMs = Math.min(leftMs, looksAgainAt(blocked) - ctx.clock.now());
      } else sleepMs = UNSETTLED_MS;
    }
    if (leftMs <= 0 && blocked.held.length + blocked.ahead.length > 0) {
      return await refuse(ctx, request, blocked, waitMs);
    }
    if (leftMs <= 0) {
      const last = await attempt(ctx, request, waiter.place);
      if (last.kind === "done") return last;
      if (last.kind === "blocked") return await refuse(ctx, request, last, waitMs);
      sleepMs = UNSETTLED_MS;
    }
    // At least a moment: what should be over by the clock may not be over in the store.
    await waiter.sleep(ctx.clock, Math.max(1, sleepMs), signal);
  }
}

async function takePlace(
  ctx: AppContext,
  waiter: Waiter,
  settings: LocksSettings,
  waits: boolean,
): Promise<void> {
  const { request } = waiter;
  const place = await transact(
    ctx,
    request.workspaceId,
    (tx) =>
      stagePlace(ctx, tx, request.target, {
        id: waiter.place?.id ?? ctx.ids.next("lock"),
        agentId: request.input.agentId,
        store: ctx.kv.storeId,
        aliveMs: settings.ticketAliveMs,
        maxWaiting: settings.maxWaiting,
        waits,
      }, ctx.clock.now()),
  );
  if (!place) {
    throw new AppError("rate_limited", {
      detail: `${settings.maxWaiting} callers wait for "${
        nameOf(request.target)
      }" already; ask again later`,
      retryAfterMs: 1_000,
    });
  }
  waiter.place = place;
  waiter.lost = false;
}

/** Renews the place while its caller waits, until the given function is called. */
function keepPlace(ctx: AppContext, waiter: Waiter, settings: LocksSettings): () => void {
  let isOver = false;
  let cancel = () => {};
  const arm = () => {
    if (!isOver) cancel = ctx.clock.timer(settings.ticketAliveMs * 0.4, renew);
  };
  const renew = async () => {
    try {
      if (!isOver && !waiter.handed) await renewPlace(ctx, waiter, settings);
    } catch (error) {
      ctx.log.warn("A place in line could not be renewed", { error: String(error) });
    }
    arm();
  };
  arm();
  return () => {
    isOver = true;
    cancel();
  };
}

async function renewPlace(
  ctx: AppContext,
  waiter: Waiter,
  settings: LocksSettings,
): Promise<void> {
  const { place } = waiter;
  if (!place) return;
  const renewed = await transact(ctx, waiter.request.workspaceId, (tx) => {
    const nowMs = ctx.clock.now();
    return stagePlaceRenewed(ctx, tx, place, nowMs + settings.ticketAliveMs, nowMs);
  });
  if (waiter.handed || waiter.place !== place) return;
  if (renewed) waiter.place = renewed;
  else {
    waiter.lost = true;
    waiter.ring();
  }
}

/** Out of the line; what was granted in the last moment, if it was. */
async function withdraw(ctx: AppContext, waiter: Waiter): Promise<Done | null> {
  const { place, request: { workspaceId, target } } = waiter;
  if (!place) return null;
  const left = await transact(
    ctx,
    workspaceId,
    (tx) => stagePlaceLeft(ctx, tx, target, place, ctx.clock.now()),
  );
  if (left || target.kind !== "path") return null;
  const key = recordKey(workspaceId, "path", target.paths[0]);
  const held = (await ctx.kv.get<LockRecord>(key)).value?.held;
  return held?.id === place.id ? { kind: "done", locks: [held], renewed: false } : null;
}

/** Granted to a caller that is not there any more. */
async function giveBack(app: LockHost, { request }: Waiter, { locks }: Done): Promise<void> {
  const { workspaceId, actor, input: { agentId } } = request;
  for (const { kind, path, token } of locks) {
    const target = kind === "glob" ? { glob: path } : { path };
    await releaseLock(app, { workspaceId, actor }, { ...target, agentId, token }).catch((error) =>
      app.ctx.log.warn("A lock nobody waits for any more was not given back", {
        path,
        error: String(error),
      })
    );
  }
}

async function refuse(
  ctx: AppContext,
  request: LockRequest,
  blocked: Obstacles,
  waitedMs: number,
): Promise<never> {
  await noteConflicts(ctx, request, blocked);
  throw lockRefused(nameOf(request.target, blocked.held), blocked, ctx.clock.now(), waitedMs);
}

function shown(ctx: AppContext, { target }: LockRequest, { locks, renewed }: Done): Acquired {
  const nowMs = ctx.clock.now();
  const all = locks.map((lock: StoredLock) => shownLock(lock, nowMs));
  return { ...(target.kind !== "paths" && { lock: all[0] }), locks: all, renewed };
}
