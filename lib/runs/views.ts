/** Runs as they are now: the record folded with the events after it, on any instance. */
import { getRunRecords, isFinalRun, loadRunView, runKey, type RunRecord } from "../engine/mod.ts";
import type { Run, RunView, Step } from "../engine/schema.ts";
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import { isId } from "../kernel/core/ids.ts";
import { type Page, PAGE_LIMIT_DEFAULT, type PageQuery } from "../kernel/core/page.ts";
import { listPage } from "../kernel/kv/mod.ts";
import { newestFirst } from "./slice_page.ts";
import type { RunFilter } from "./schema.ts";

type Reader = { readonly ctx: Pick<AppContext, "kv"> };

/** Null when there is no such run. */
export async function findRunView(
  { ctx }: Reader,
  workspaceId: string,
  runId: string,
): Promise<RunView | null> {
  return isId("run", runId) ? await loadRunView(ctx, workspaceId, runId) : null;
}

/** Throws `not_found`. */
export async function getRunView(
  app: Reader,
  workspaceId: string,
  runId: string,
): Promise<RunView> {
  return await findRunView(app, workspaceId, runId) ?? runNotFound(runId);
}

/** Throws `not_found`; cheaper than the view where only existence matters. */
export async function requireRun(app: Reader, workspaceId: string, runId: string): Promise<void> {
  if (!(await getRuns(app, workspaceId, [runId])).has(runId)) runNotFound(runId);
}

/** Summaries by id; those of runs at work are as old as their last suspension. */
export async function getRuns(
  { ctx }: Reader,
  workspaceId: string,
  runIds: readonly string[],
): Promise<Map<string, Run>> {
  const known = runIds.filter((id) => isId("run", id));
  return await getRunRecords(ctx, workspaceId, known);
}

/** Newest first. Runs at work are shown as they are now; text is looked for in the beginning of the intent. */
export async function listRuns(
  app: Reader,
  workspaceId: string,
  query: Partial<PageQuery> & RunFilter,
): Promise<Page<Run>> {
  const { status, sessionId, limit = PAGE_LIMIT_DEFAULT } = query;
  const q = query.q?.toLowerCase();
  const fits = ({ run }: RunRecord) =>
    (!status || isFinalRun(run.status) === isFinalRun(status)) &&
    (!sessionId || run.sessionId === sessionId) &&
    (!q || run.intent.toLowerCase().includes(q));
  const items: Run[] = [];
  let { cursor } = query;
  do {
    const page = await listPage<RunRecord>(app.ctx, {
      prefix: runKey.prefix(workspaceId),
      query: `runs:${status ?? ""}:${sessionId ?? ""}:${q ?? ""}`,
      limit: limit - items.length,
      cursor,
      where: status || sessionId || q ? ({ value }) => fits(value as RunRecord) : undefined,
    });
    for (const run of await asTheyAre(app, workspaceId, page.items)) {
      if (!status || run.status === status) items.push(run);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor && items.length < limit);
  return { items, nextCursor: cursor ?? null };
}

/** The record of a run at work is as old as its last suspension: its events are folded in. */
async function asTheyAre(
  app: Reader,
  workspaceId: string,
  records: readonly RunRecord[],
): Promise<Run[]> {
  const final = records.filter(({ run }) => isFinalRun(run.status)).map(({ run }) => run.id);
  const summaries = await getRuns(app, workspaceId, final);
  return await Promise.all(
    records.map(async ({ run }) =>
      summaries.get(run.id) ?? (await findRunView(app, workspaceId, run.id))?.run ?? run
    ),
  );
}

/** Newest first. */
export async function listSteps(
  app: Reader,
  workspaceId: string,
  runId: string,
  query: Partial<PageQuery> & { readonly status?: Step["status"] | undefined },
): Promise<Page<Step>> {
  const { steps } = await getRunView(app, workspaceId, runId);
  const { status } = query;
  const found = status ? steps.filter((step) => step.status === status) : steps;
  return newestFirst(found, `steps:${workspaceId}:${runId}:${status ?? ""}`, query);
}

/** Throws `not_found`. */
export async function requireStep(
  app: Reader,
  workspaceId: string,
  runId: string,
  stepId: string,
): Promise<Step> {
  const { steps } = await getRunView(app, workspaceId, runId);
  const step = steps.find(({ id }) => id === stepId);
  if (step) return step;
  throw new AppError("not_found", { detail: `Run "${runId}" has no step "${stepId}"` });
}

export function runNotFound(runId: string): never {
  throw new AppError("not_found", { detail: `There is no run "${runId.slice(0, 80)}"` });
}
