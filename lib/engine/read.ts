/** Runs as they are now: the record folded with the events after it, on any instance. */
import { listApprovals } from "../governance/mod.ts";
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { Json } from "../kernel/core/json.ts";
import { readEvents } from "../kernel/events/mod.ts";
import type { RunEvent } from "./events.ts";
import { foldEvents } from "./fold.ts";
import { runKey, runStream } from "./keys.ts";
import { readRecord, type RunRecord } from "./record.ts";
import type { Run, RunView } from "./schema.ts";
import { resolveShown, unpack } from "./values.ts";

type Reader = Pick<AppContext, "kv">;

const PAGE = 1_000;

/** Null when there is no such run. Large values stand in it in full. */
export async function loadRunView(
  ctx: Reader,
  workspaceId: string,
  runId: string,
): Promise<RunView | null> {
  const read = await readRecord(ctx.kv, workspaceId, runId);
  if (!read) return null;
  let { view } = read;
  if (view.cursor !== "") {
    const approvals = await listApprovals(ctx, workspaceId, { runId, limit: 100 });
    view = { ...view, approvals: [...approvals.items].reverse() };
  }
  for (;;) {
    const page = await readEvents(ctx, workspaceId, runStream(runId), {
      after: view.cursor,
      limit: PAGE,
    });
    if (page.length > 0) {
      view = foldEvents(
        view,
        page.map((stored) => ({ id: stored.id, ...JSON.parse(stored.json) }) as RunEvent),
      );
    }
    if (page.length < PAGE) return await resolveView(ctx, workspaceId, view);
  }
}

/** Throws `not_found`. */
export async function requireRunView(
  ctx: Reader,
  workspaceId: string,
  runId: string,
): Promise<RunView> {
  const view = await loadRunView(ctx, workspaceId, runId);
  if (view) return view;
  throw new AppError("not_found", { detail: `There is no run "${runId.slice(0, 80)}"` });
}

/** Records by id, with intent and output in full; of a run at work as old as its last suspension. */
export async function getRunRecords(
  ctx: Reader,
  workspaceId: string,
  runIds: readonly string[],
): Promise<Map<string, Run>> {
  const entries = await ctx.kv.getMany<RunRecord>(runIds.map((id) => runKey(workspaceId, id)));
  const runs = new Map<string, Run>();
  for (const { value } of entries) {
    if (value) runs.set(value.run.id, await resolveRun(ctx, workspaceId, value.run));
  }
  return runs;
}

async function resolveView(ctx: Reader, workspaceId: string, view: RunView): Promise<RunView> {
  const scope = { kv: ctx.kv, workspaceId };
  let { steps } = view;
  for (let i = 0; i < steps.length; i++) {
    const { output } = steps[i]!;
    if (!isRef(output)) continue;
    if (steps === view.steps) steps = steps.slice();
    steps[i] = { ...steps[i]!, output: await resolveShown(scope, output) };
  }
  return { ...view, steps, run: await resolveRun(ctx, workspaceId, view.run) };
}

async function resolveRun(ctx: Reader, workspaceId: string, run: Run): Promise<Run> {
  if (!isRef(run.output) && !run.intentRef) return run;
  const scope = { kv: ctx.kv, workspaceId };
  const { intentRef, ...rest } = run;
  return {
    ...rest,
    ...(intentRef ? { intent: String(await unpack(scope, { b: intentRef })) } : {}),
    ...(isRef(run.output) ? { output: await resolveShown(scope, run.output) } : {}),
  };
}

function isRef(value: Json | undefined): value is Json {
  return typeof value === "object" && value !== null && "$blob" in value;
}
