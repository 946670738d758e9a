/** Locks on a store without HTTP, and a check of everything that happened to them by the log alone. */
import { createLockWaiters, type LockHost } from "../../lib/coordination/locks/mod.ts";
import { globsOverlap, matchesGlob } from "../../lib/coordination/locks/paths.ts";
import type { Lock } from "../../lib/coordination/locks/schema.ts";
import { BOARD_STREAM } from "../../lib/coordination/mod.ts";
import type { AppContext } from "../../lib/kernel/context.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { type Clock, systemClock } from "../../lib/kernel/core/clock.ts";
import { ulidIds } from "../../lib/kernel/core/ids.ts";
import { openHub, readEvents } from "../../lib/kernel/events/mod.ts";
import { openStore, type Store } from "../../lib/kernel/kv/mod.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";

export interface TestLockHost extends LockHost, AsyncDisposable {
  readonly kv: Store;
}

/** One instance: a store, its hub and its waiters. */
export async function lockHost(
  path = ":memory:",
  clock: Clock = systemClock,
): Promise<TestLockHost> {
  const log = silentLogger;
  const kv = await openStore({ path, clock, log });
  const ids = ulidIds(clock.now);
  // What locks use of a context.
  const ctx = { kv, clock, ids, log } as unknown as AppContext;
  const hub = openHub(ctx);
  const waiters = createLockWaiters(ctx, hub);
  return {
    kv,
    ctx,
    coordination: { waiters },
    async [Symbol.asyncDispose]() {
      hub.close();
      await waiters.close();
      await kv.close();
    },
  };
}

export const as = (workspaceId: string, agentId: string) => ({
  workspaceId,
  actor: `agent:${agentId}`,
});

/** Who has it, when that was the reason; else what went wrong. */
export function refusedBy(error: unknown): string {
  if (error instanceof AppError && error.extension?.lockedBy !== undefined) {
    return `held by ${error.extension.lockedBy}`;
  }
  return String(error);
}

interface LoggedLock extends Lock {
  readonly event: string;
}

/** Events of locks of a workspace, in commit order. */
export async function lockLog(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
): Promise<LoggedLock[]> {
  const found: LoggedLock[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await readEvents(ctx, workspaceId, BOARD_STREAM, { after });
    if (page.length === 0) return found;
    for (const { type, json } of page) {
      const { lock } = JSON.parse(json) as { lock?: Lock };
      if (lock && type !== "lock.waiting") found.push({ ...lock, event: type });
    }
    after = page.at(-1)!.id;
  }
}

export interface LogVerdict {
  readonly grants: number;
  /** Two agents with what overlaps at once; a token not above all before on what overlaps. */
  readonly wrong: string[];
}

export function judgeLog(log: readonly LoggedLock[]): LogVerdict {
  const held: LoggedLock[] = [];
  const granted: LoggedLock[] = [];
  const wrong: string[] = [];
  for (const lock of log) {
    const name = `${lock.event} ${lock.resourcePath} by ${lock.lockedBy} token ${lock.token}`;
    const at = held.findIndex((one) => sameResource(one, lock) && one.token === lock.token);
    if (lock.event === "lock.granted") {
      // What has expired is not held, also before the sweep says so.
      const other = held.find((one) =>
        one.lockedBy !== lock.lockedBy && overlap(one, lock) && lock.lockedAt < one.expiresAt
      );
      if (other) wrong.push(`${name} while ${other.lockedBy} has ${other.resourcePath}`);
      const higher = granted.find((one) => overlap(one, lock) && one.token >= lock.token);
      if (higher) wrong.push(`${name} after ${higher.token} on ${higher.resourcePath}`);
      held.push(lock);
      granted.push(lock);
    } else if (at === -1) wrong.push(`${name} of what was not held`);
    else if (lock.event === "lock.renewed") held[at] = lock;
    else held.splice(at, 1);
  }
  return { grants: granted.length, wrong };
}

const sameResource = (a: Lock, b: Lock) => a.resourcePath === b.resourcePath && a.glob === b.glob;

function overlap(a: Lock, b: Lock): boolean {
  if (a.glob && b.glob) return globsOverlap(a.resourcePath, b.resourcePath);
  if (a.glob) return matchesGlob(a.resourcePath, b.resourcePath);
  if (b.glob) return matchesGlob(b.resourcePath, a.resourcePath);
  return a.resourcePath === b.resourcePath;
}
