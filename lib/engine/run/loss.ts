/**
 * A run that was given up without a commit: a store that stumbled, or something that cannot be written.
 * Unless it is owned elsewhere by now it is released and woken, later each time it was lost in a row. One
 * that gets no further ends as failed, so that it neither hangs nor comes back for ever.
 */
import { AppError, type ErrorCode, toAppError } from "../../kernel/core/errors.ts";
import { delay } from "../../kernel/core/clock.ts";
import type { Owner } from "../claim.ts";
import { stageWake } from "../jobs.ts";
import { lossKey } from "../keys.ts";
import { isStoreFault } from "../values.ts";
import { stageRelease } from "./closing.ts";
import type { LiveRun } from "./live_run.ts";

export interface Loss {
  readonly v: 1;
  /** In a row, without anything recorded in between. */
  readonly times: number;
  readonly code: ErrorCode;
  readonly reason: string;
}

/** Losses in a row after which the run fails. */
const MAX_LOSSES = 5;
const MAX_WAIT_MS = 30_000;
const REASON_CHARS = 500;

/** Waits for a store that does not answer; gives up when `stop` aborts or the instance is another. */
export async function releaseLost(run: LiveRun, error: unknown, stop: AbortSignal): Promise<void> {
  const { ctx, instance, limits: { lostMs } } = run.deps;
  const { kv, clock } = ctx;
  const { key, version } = run.writer.fence;
  const loss = nextLoss(run, error);
  for (let wait = lostMs; !stop.aborted; wait = Math.min(wait * 2, MAX_WAIT_MS)) {
    try {
      const own = await kv.get<Owner>(key);
      const ours = version !== undefined && own.versionstamp === version;
      if (!ours || instance.id !== run.instanceId) return;
      const set = kv.writeSet("run").assume(key, own.versionstamp);
      stageRelease(run, set);
      set.set(lossKey(run.workspaceId, run.id), loss);
      const backoff = Math.min(lostMs * 2 ** (loss.times - 1), MAX_WAIT_MS);
      stageWake(kv, set, run.workspaceId, run.id, clock.now() + backoff);
      if ((await kv.submit(set)).ok) return;
    } catch (failed) {
      ctx.log.warn("lost run cannot be released yet", { run: run.id, error: String(failed) });
    }
    await delay(clock, wait, stop).catch(() => {});
  }
}

function nextLoss(run: LiveRun, error: unknown): Loss {
  const cause = toAppError(error);
  const reason = (cause.cause instanceof Error ? cause.cause.message : cause.detail)
    .slice(0, REASON_CHARS);
  // What cannot be written now never can: trying again would only repeat calls.
  if (!isStoreFault(error)) return { v: 1, times: MAX_LOSSES, code: cause.code, reason };
  const times = run.writer.progressed && run.losses < MAX_LOSSES ? 1 : run.losses + 1;
  return { v: 1, times, code: "internal", reason };
}

/** The error a run ends with that was lost too often, or for a reason that stays; null: it goes on. */
export function finalLoss(loss: Loss | null): AppError | null {
  if (!loss || loss.times < MAX_LOSSES) return null;
  const detail = loss.code === "internal"
    ? `The run was given up ${MAX_LOSSES} times in a row without getting on: ${loss.reason}`
    : loss.reason;
  return new AppError(loss.code, { detail, retryable: false });
}
