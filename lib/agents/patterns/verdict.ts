/** What an evaluation means for the work and for the covenant. Pure. */
import type { Evaluation } from "../built_in/evaluator.ts";
import type { Covenant } from "../covenant.ts";
import { cut } from "../prompts/sections.ts";
import type { Job } from "./job.ts";

/** Evidence stands in the covenant; the whole judgement is the evaluator's output. */
const MAX_EVIDENCE_CHARS = 1_000;

/** What has to be done again: named by the evaluation, with findings, while quality or a criterion lacks. */
export function sentBack(job: Job, evaluation: Evaluation): { id: string; feedback: string }[] {
  const good = evaluation.score >= job.constraints.quality &&
    unmet(evaluation).length === 0;
  return good ? [] : evaluation.items
    .filter((item) => !item.accept && item.feedback.trim() !== "")
    .map(({ id, feedback }) => ({ id, feedback }));
}

/** The clause that is not met, with the evidence; undefined when all are. */
export function brokenClause(job: Job, evaluation: Evaluation): Covenant["broken"] {
  const missed = unmet(evaluation);
  if (missed.length > 0) {
    return {
      clause: "acceptance",
      limit: evaluation.criteria.length,
      used: evaluation.criteria.length - missed.length,
      evidence: cut(
        missed.map((one) => `Not met: ${one.criterion} (${one.evidence})`).join("; "),
        MAX_EVIDENCE_CHARS,
      ),
    };
  }
  const { quality } = job.constraints;
  if (evaluation.score >= quality) return undefined;
  return {
    clause: "quality",
    limit: quality,
    used: evaluation.score,
    evidence: cut(evaluation.reasoning, MAX_EVIDENCE_CHARS),
  };
}

export function shortcomings(job: Job, evaluation: Evaluation | undefined): string[] {
  if (!evaluation) return ["The results could not be checked"];
  return [
    ...unmet(evaluation).map((one) => `${one.criterion}: ${one.evidence}`),
    ...sentBack(job, evaluation).map((one) => one.feedback),
  ];
}

/** True while only the answer itself can show whether a criterion is met. */
export function leavesOpen(evaluation: Evaluation): boolean {
  return evaluation.criteria.some((one) => one.verdict === "open");
}

function unmet(evaluation: Evaluation): Evaluation["criteria"] {
  return evaluation.criteria.filter((one) => one.verdict === "unmet");
}
