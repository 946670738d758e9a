/**
 * A new run from a step of another: what was recorded before the cut is copied into its log under new ids
 * and never performed again; what comes after has keys of its own. The copy is written first, event by
 * event, and counts only once the last commit writes the run's record and its wake-up.
 */
import { applyEvent } from "../fold_events.ts";
import type { CovenantPatch } from "../../agents/covenant.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import type { WriteSet } from "../../kernel/kv/mod.ts";
import { copyLog, type LogLine } from "./copy_log.ts";
import { applyCut } from "../journal/cut.ts";
import type { EngineDeps } from "../deps.ts";
import { RunState } from "../fold_state.ts";
import { emptyView } from "../fold.ts";
import { stageWake } from "../jobs.ts";
import { runStream } from "../keys.ts";
import { loadRun } from "../journal/load.ts";
import { requireRunView } from "../read.ts";
import { stageFirstRecord } from "../record.ts";
import type { Run } from "../schema.ts";
import { pack } from "../values.ts";

export interface ForkInput {
  readonly stepId: string;
  readonly reason?: string | undefined;
  readonly changes?: {
    readonly input?: Json | undefined;
    readonly output?: Json | undefined;
    readonly covenant?: CovenantPatch | undefined;
  } | undefined;
}

const SET_BYTES = 30_000;

/** Throws `not_found` for the run or step, `conflict` for a superseded step. */
export async function forkRun(
  deps: EngineDeps,
  workspaceId: string,
  runId: string,
  input: ForkInput,
  actor: string,
): Promise<Run> {
  const { ctx } = deps;
  const { kv } = ctx;
  await requireRunView(ctx, workspaceId, runId);
  const { state, ledger } = await loadRun(kv, workspaceId, runId);
  const step = ledger.steps.get(input.stepId);
  if (!step) {
    throw new AppError("not_found", { detail: `Run "${runId}" has no step "${input.stepId}"` });
  }
  if (step.status === "superseded") {
    throw new AppError("conflict", { detail: `Step "${step.id}" is superseded` });
  }
  const newId = ctx.ids.next("run");
  const scope = { kv, workspaceId, owner: runStream(newId) };
  const { changes = {} } = input;
  const stepId = step.id;
  if (changes.output !== undefined) {
    applyCut(ledger, { kind: "override", stepId, output: await pack(scope, changes.output) });
  } else {
    const changed = changes.input === undefined ? {} : { input: await pack(scope, changes.input) };
    applyCut(ledger, { kind: "rewind", stepId, ...changed });
  }
  const lines = await copyLog({ deps, scope, source: state.run, ledger, newId, actor, changes });
  const after = new RunState(emptyView(newId));
  for (const { event } of lines) applyEvent(after, event);
  const last = await writeLines(deps, workspaceId, newId, lines);
  const { run } = after;
  stageFirstRecord(last, workspaceId, run, after.covenant);
  last.emit(workspaceId, runStream(runId), {
    type: "run.forked",
    actor,
    toRunId: newId,
    stepId,
    ...(input.reason === undefined ? {} : { reason: input.reason }),
  });
  stageWake(kv, last, workspaceId, newId);
  const outcome = await kv.submit(last);
  if (!outcome.ok) throw new AppError("conflict", { detail: `Run "${newId}" exists already` });
  return run;
}

/** Writes all but the last of the copy; what is left is returned for the commit that makes it count. */
async function writeLines(
  deps: EngineDeps,
  workspaceId: string,
  runId: string,
  lines: readonly LogLine[],
): Promise<WriteSet> {
  const { kv } = deps.ctx;
  const stream = runStream(runId);
  let set = kv.writeSet("run");
  for (const { event, hidden } of lines) {
    if (set.size > SET_BYTES - 12_000 && set.mutations > 0) {
      await kv.submit(set);
      set = kv.writeSet("run");
    }
    set.emit(workspaceId, stream, event, hidden);
  }
  return set;
}
