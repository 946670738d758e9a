/** Closes an approval by an answer or by expiry, inside the transaction that also wakes its run. */
import type { Json } from "../kernel/core/json.ts";
import type { Tx } from "../kernel/kv/mod.ts";
import { stageClosed } from "./approval.ts";
import { type AnswerContext, decideAnswer, type DecidedAnswer, decideExpiry } from "./decide.ts";
import { approvalKey } from "./keys.ts";
import type { AnswerInput, Approval } from "./schema.ts";
import { approvalNotFound, shownApproval, type StoredApproval } from "./store.ts";

export interface StageAnswerInput extends Omit<AnswerContext, "checkEdits"> {
  readonly approvalId: string;
  readonly input: AnswerInput;
  /** Given the approval, what checks its edits; absent: its own schema does. */
  readonly editsFor?: (approval: Approval) => ((edits: Json) => Json) | undefined;
}

/**
 * Stages the record and `approval.answered` on the run's stream; the caller delivers `answer` to the
 * run in the same transaction. Throws `not_found`, `conflict` for a second answer, `invalid_input`.
 */
export async function stageAnswer(tx: Tx, input: StageAnswerInput): Promise<DecidedAnswer> {
  const approval = await requireIn(tx, input.approvalId);
  const decided = decideAnswer(approval, input.input, {
    actor: input.actor,
    nowMs: input.nowMs,
    checkEdits: input.editsFor?.(approval),
  });
  stageDecided(tx, decided);
  return decided;
}

/** As `stageAnswer`, when nobody answered in time; null, and nothing staged, when it is not due. */
export async function stageExpiry(
  tx: Tx,
  approvalId: string,
  nowMs: number,
): Promise<DecidedAnswer | null> {
  const decided = decideExpiry(await requireIn(tx, approvalId), nowMs);
  if (decided) stageDecided(tx, decided);
  return decided;
}

async function requireIn(tx: Tx, approvalId: string): Promise<Approval> {
  const stored = await tx.get<StoredApproval>(approvalKey(tx.workspaceId, approvalId));
  return stored ? shownApproval(stored) : approvalNotFound(approvalId);
}

function stageDecided(tx: Tx, { approval }: DecidedAnswer): void {
  stageClosed(tx.staged, tx.workspaceId, approval);
  tx.emit(`run:${approval.runId}`, {
    type: "approval.answered",
    actor: approval.answeredBy,
    approvalId: approval.id,
    status: approval.status,
    decision: approval.decision ?? null,
    answeredBy: approval.answeredBy,
  });
}
