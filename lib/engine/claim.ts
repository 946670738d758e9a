/** Taking ownership of a run nobody owns: the wake-up is completed by the commit that does it. */
import { type AppError, toAppError } from "../kernel/core/errors.ts";
import type { RunningJob } from "../kernel/jobs/mod.ts";
import { carryOutBeforeBegin, listCommands } from "./operations/carry_out.ts";
import { endRun, putBack } from "./run/closing.ts";
import { emptyView } from "./fold.ts";
import { RunState } from "./fold_state.ts";
import { laterLife } from "./run/first_life.ts";
import { commandKey, lossKey, ownKey, runKey } from "./keys.ts";
import { LiveRun, type RunHost } from "./run/live_run.ts";
import { finalLoss, type Loss } from "./run/loss.ts";
import { loadRun } from "./journal/load.ts";
import type { RunRecord } from "./record.ts";
import { isFinalRun } from "./state_machine.ts";
import { stageOwnership } from "./start.ts";

export interface Owner {
  readonly v: 1;
  readonly instance: string;
}

export type Claim =
  | { readonly kind: "nothing" }
  | { readonly kind: "elsewhere"; readonly instance: string }
  | { readonly kind: "claimed"; readonly run: LiveRun; readonly begin: () => Promise<void> };

export async function claimRun(
  host: RunHost,
  workspaceId: string,
  runId: string,
  job: RunningJob,
): Promise<Claim> {
  const { deps } = host;
  const { kv } = deps.ctx;
  for (;;) {
    const [own, stored, lost] = await kv.getMany<unknown>([
      ownKey(workspaceId, runId),
      runKey(workspaceId, runId),
      lossKey(workspaceId, runId),
    ]);
    const record = stored!.value as RunRecord | null;
    if (!record) return { kind: "nothing" };
    const owner = own!.value as Owner | null;
    if (owner) return { kind: "elsewhere", instance: owner.instance };
    const idle = record.held || record.run.status === "paused" || isFinalRun(record.run.status);
    if (idle && !await hasCommands(host, workspaceId, runId)) return { kind: "nothing" };
    const set = kv.writeSet("run").assume(ownKey(workspaceId, runId), own!.versionstamp);
    stageOwnership(set, workspaceId, runId, deps.instance.id);
    job.complete(set);
    const outcome = await kv.submit(set);
    // Another wake-up was first, or the instance lost its lease: look again.
    if (!outcome.ok) {
      if (!deps.instance.isAlive) throw toAppError(new Error("lease lost"));
      continue;
    }
    const state = new RunState({ ...emptyView(runId), run: record.run, covenant: record.covenant });
    const run = new LiveRun(host, workspaceId, state, outcome.versionstamp);
    run.held = record.held ?? false;
    const loss = lost!.value as Loss | null;
    run.losses = loss?.times ?? 0;
    const fatal = finalLoss(loss);
    return {
      kind: "claimed",
      run,
      begin: () => fatal ? endLost(run, fatal) : resume(run),
    };
  }
}

async function hasCommands(host: RunHost, workspaceId: string, runId: string): Promise<boolean> {
  const prefix = commandKey.prefix(workspaceId, runId);
  for await (const _ of host.deps.ctx.kv.list({ prefix }, { limit: 1 })) return true;
  return false;
}

/** Reads the log, carries out what was asked for, and goes on where the run stopped. */
async function resume(run: LiveRun): Promise<void> {
  try {
    const { kv } = run.deps.ctx;
    run.adopt(await loadRun(kv, run.workspaceId, run.id));
    await run.answers.refresh();
    await carryOutBeforeBegin(run, await listCommands(run));
  } catch (error) {
    return run.lose(error);
  }
  if (run.over) return;
  const { status } = run.state.run;
  // Its last owner died between the end and what goes with it, or somebody asked for something too late.
  if (run.isFinal) return await endAgain(run);
  if (run.held || status === "paused") return await putBack(run);
  await laterLife(run);
}

async function endAgain(run: LiveRun): Promise<void> {
  try {
    await endRun(run, () => {});
  } catch (error) {
    run.lose(error);
  }
}

/** Ends a run that gets no further, from its record alone where even its log cannot be read. */
async function endLost(run: LiveRun, fatal: AppError): Promise<void> {
  const { kv, log } = run.deps.ctx;
  try {
    run.adopt(await loadRun(kv, run.workspaceId, run.id));
  } catch (error) {
    log.error("run's log cannot be read", { run: run.id, error: String(error) });
  }
  log.error("run was lost too often", { run: run.id, error: String(fatal) });
  if (run.isFinal) return await endAgain(run);
  await run.fail(fatal, run.ledger?.root?.id, run.ledger?.root?.id);
}
