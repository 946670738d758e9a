/** The terms of a run: read, edited while in force, accepted as a draft. A covenant's id is its run's. */
import type { Covenant, CovenantPatch } from "../agents/covenant.ts";
import { runStream } from "../engine/mod.ts";
import { listApprovals } from "../governance/mod.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { Json } from "../kernel/core/json.ts";
import { answerApproval } from "./answer_approval.ts";
import type { RunsContext } from "./context.ts";
import { findRunView } from "./views.ts";

/** Throws `precondition_failed` when the caller knew another version. */
type VersionCheck = (current: Covenant) => void;

/** After it the caller is told how the covenant is; the answer stands all the same. */
const TAKEN_UP_MS = 2_000;

const runOf = (covenantId: string) => covenantId.replace(/^cov_/, "run_");

/** Throws `not_found`. */
export async function requireCovenant(
  app: Pick<RunsContext, "ctx">,
  workspaceId: string,
  covenantId: string,
): Promise<Covenant> {
  const view = await findRunView(app, workspaceId, runOf(covenantId));
  return view ? view.covenant : covenantNotFound(covenantId);
}

/** Changes the terms; the next reservation takes them up. Throws `conflict` when the run has ended. */
export async function patchCovenant(
  app: RunsContext,
  workspaceId: string,
  covenantId: string,
  input: { readonly patch: CovenantPatch; readonly check?: VersionCheck },
  actor: string,
): Promise<Covenant> {
  input.check?.(await requireCovenant(app, workspaceId, covenantId));
  await app.engine.patchCovenant(workspaceId, runOf(covenantId), { patch: input.patch }, actor);
  return await requireCovenant(app, workspaceId, covenantId);
}

/** Answers the open approval of kind `covenant`; throws `conflict` when none is open. */
export async function acceptCovenant(
  app: RunsContext,
  workspaceId: string,
  covenantId: string,
  input: {
    readonly edits?: CovenantPatch | undefined;
    readonly reason?: string | undefined;
    readonly check?: VersionCheck;
  },
  actor: string,
): Promise<Covenant> {
  const runId = runOf(covenantId);
  const view = await findRunView(app, workspaceId, runId) ?? covenantNotFound(covenantId);
  const { covenant } = view;
  input.check?.(covenant);
  const { items } = await listApprovals(app.ctx, workspaceId, {
    runId,
    status: "open",
    limit: 100,
  });
  const approval = items.find(({ kind }) => kind === "covenant");
  if (!approval) {
    throw new AppError("conflict", {
      detail: `Covenant "${covenantId}" is ${covenant.status}; only a draft that waits is accepted`,
      data: { status: covenant.status },
    });
  }
  const { edits, reason } = input;
  await answerApproval(app, workspaceId, approval.id, {
    decision: "approve",
    ...(edits === undefined ? {} : { edits: edits as Json }),
    ...(reason === undefined ? {} : { reason }),
  }, actor);
  await takenUp(app, workspaceId, runId, view.cursor);
  return await requireCovenant(app, workspaceId, covenantId);
}

/** The run's owner puts the terms in force: waits for that, or for a moment. */
async function takenUp(
  { ctx, hub }: Pick<RunsContext, "ctx" | "hub">,
  workspaceId: string,
  runId: string,
  after: string,
): Promise<void> {
  const enough = new AbortController();
  const stop = ctx.clock.timer(TAKEN_UP_MS, () => enough.abort());
  const stream = runStream(runId);
  const events = hub.followEvents(workspaceId, stream, { after, signal: enough.signal });
  for await (const { type } of events) {
    if (type === "covenant.updated" || type === "run.failed" || type === "run.canceled") break;
  }
  stop();
}

function covenantNotFound(covenantId: string): never {
  throw new AppError("not_found", { detail: `There is no covenant "${covenantId}"` });
}
