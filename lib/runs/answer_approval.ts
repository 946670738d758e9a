/** An answer to an approval: the record, the run's event and the run's signal are one commit. */
import type { z } from "zod";
import { covenantPatch } from "../agents/covenant.ts";
import type { Tool } from "../agents/mod.ts";
import { stageSignal } from "../engine/mod.ts";
import { stageAnswer, stageExpiry } from "../governance/mod.ts";
import type { AnswerInput, Approval } from "../governance/schema.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { Json } from "../kernel/core/json.ts";
import { transact } from "../kernel/kv/mod.ts";
import type { RunsContext } from "./context.ts";

/** Throws `not_found`, `conflict` for a second answer, `invalid_input` where it does not fit. */
export async function answerApproval(
  { ctx, tools }: RunsContext,
  workspaceId: string,
  approvalId: string,
  input: AnswerInput,
  actor: string,
): Promise<Approval> {
  return await transact(ctx, workspaceId, async (tx) => {
    const { approval, answer } = await stageAnswer(tx, {
      approvalId,
      input,
      actor,
      nowMs: ctx.clock.now(),
      editsFor: (asked) => editsCheck(asked, tools),
    });
    stageSignal(ctx, tx, workspaceId, approval.runId, approval.id, { ...answer });
    return approval;
  });
}

/** What an approval nobody answered in time becomes; the handler of `approval.expire`. */
export async function expireApproval(
  { ctx }: Pick<RunsContext, "ctx">,
  workspaceId: string,
  approvalId: string,
): Promise<void> {
  await transact(ctx, workspaceId, async (tx) => {
    const expired = await stageExpiry(tx, approvalId, ctx.clock.now());
    if (!expired) return;
    const { approval, answer } = expired;
    stageSignal(ctx, tx, workspaceId, approval.runId, approval.id, { ...answer });
  });
}

/** Edited terms must be terms, edited arguments what the tool takes. */
function editsCheck(
  approval: Approval,
  tools: ReadonlyMap<string, Tool>,
): ((edits: Json) => Json) | undefined {
  if (approval.kind === "covenant") return (edits) => checked(covenantPatch, edits);
  const tool = approval.tool === undefined ? undefined : tools.get(approval.tool);
  return tool && ((edits) => checked(tool.input, edits));
}

function checked(schema: z.ZodType, edits: Json): Json {
  const parsed = schema.safeParse(edits);
  if (parsed.success) return parsed.data as Json;
  const fields = parsed.error.issues.map((issue) => ({
    path: ["edits", ...issue.path.map(String)].join("."),
    message: issue.message,
  }));
  throw new AppError("invalid_input", {
    detail: `The edits are not valid: ${fields[0]!.path}: ${fields[0]!.message}`,
    fields,
  });
}
