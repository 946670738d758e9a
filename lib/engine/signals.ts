/** Answers and named signals for a run, staged by whoever gives them. */
import type { AppContext } from "../kernel/context.ts";
import type { Json } from "../kernel/core/json.ts";
import { transact, type Tx } from "../kernel/kv/mod.ts";
import { stageWake } from "./jobs.ts";
import { answerKey, signalKey } from "./keys.ts";

type Context = Pick<AppContext, "kv" | "ids" | "clock">;

/**
 * Delivers a value to the step of the run that waits for `name`, now or later. The signal key is touched,
 * so that a suspension in progress notices, and the run is woken.
 */
export function stageSignal(
  ctx: Context,
  tx: Pick<Tx, "staged">,
  workspaceId: string,
  runId: string,
  name: string,
  value: Json,
): void {
  const set = tx.staged;
  set.set(answerKey(workspaceId, runId, name, ctx.ids.next("job")), value);
  set.touch(signalKey(workspaceId, runId), ctx.clock.now());
  stageWake(ctx.kv, set, workspaceId, runId);
}

/** The same as a transaction of its own. */
export async function signalRun(
  ctx: Context,
  workspaceId: string,
  runId: string,
  name: string,
  value: Json,
): Promise<void> {
  await transact(ctx, workspaceId, (tx) => stageSignal(ctx, tx, workspaceId, runId, name, value));
}
