/** The terms of a run: read, edited while in force, accepted as a draft. A covenant's id is its run's. */
import type { Covenant, CovenantPatch } from "../agents/covenant.ts";
import { listApprovals } from "../governance/mod.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { Json } from "../kernel/core/json.ts";
import { answerApproval } from "./answer_approval.ts";
import type { RunsContext } from "./context.ts";
import { findRunView } from "./views.ts";

/** Throws `precondition_failed` when the caller knew another version. */
type VersionCheck = (current: Covenant) => void;

const runOf = (covenantId: string) => covenantId.replace(/^cov_/, "run_");

/** Throws `not_found`. */
export async function requireCovenant(
  app: Pick<RunsContext, "ctx">,
  workspaceId: string,
  covenantId: string,
): Promise<Covenant> {
  const view = await findRunView(app, workspaceId, runOf(covenantId));
  if (view) return view.covenant;
  throw new AppError("not_found", { detail: `There is no covenant "${covenantId}"` });
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
  const covenant = await requireCovenant(app, workspaceId, covenantId);
  input.check?.(covenant);
  const runId = runOf(covenantId);
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
  return await requireCovenant(app, workspaceId, covenantId);
}
