/** Fixing and amending the terms of a run. */
import type { Covenant, CovenantDraft, CovenantPatch } from "../../agents/covenant.ts";
import { toAppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { digestArgs } from "../journal/digest.ts";
import type { Issued } from "../run/issued.ts";
import type { StepRun } from "../run/step_run.ts";
import { type Answered, question, refuse, rejected, settle } from "./approvals.ts";
import { shownEffect } from "./shown.ts";
import { mergeDraft, patchCovenant } from "./terms.ts";

/** In strict mode a person accepts the terms first, once per run. */
export async function agree(step: StepRun, draft: CovenantDraft): Promise<Covenant> {
  const issued = step.issue(step.nextOrder(), "agree", digestArgs(draft));
  const { run, execution } = step;
  if (issued.record?.s !== undefined) return await step.replay(issued.record, versionOf(step));
  await execution.passGate();
  const startedAt = run.at();
  const { covenant } = run.state;
  if (covenant.mode !== "strict" || covenant.status !== "draft") {
    execution.enter();
    return await change(step, issued, "agree", startedAt, () => activated(run.merge(draft)));
  }
  if (!issued.record?.wait) run.setTerms(merged(step, draft), step.actor);
  const asked = await question(step, issued, "agree", {
    kind: "covenant",
    question: `Accept the terms for “${run.state.covenant.intent.slice(0, 200)}”?`,
    args: run.state.covenant as unknown as Json,
    risk: "medium",
  });
  if (!asked.answer.approved) {
    const error = rejected(asked.answer, "The terms were not accepted");
    return await refuse(step, issued, asked, startedAt, "agree", error);
  }
  return await accept(step, issued, asked, startedAt);
}

async function accept(
  step: StepRun,
  issued: Issued,
  asked: Answered,
  startedAt: string,
): Promise<Covenant> {
  const { run } = step;
  const edits = asked.answer.edits as CovenantPatch | null;
  const agreed = edits
    ? patchCovenant(run.state.covenant, edits)
    : { ...run.state.covenant, version: run.state.covenant.version + 1 };
  const { answeredBy, reason } = asked.answer;
  run.setTerms(activated(agreed), answeredBy, reason, edits ?? undefined);
  const { version } = run.state.covenant;
  await settle(step, issued, asked, startedAt, "agree", { version });
  return step.covenant;
}

/** Adds what was found out since; never asks. */
export async function amend(step: StepRun, draft: CovenantDraft): Promise<Covenant> {
  const issued = step.issue(step.nextOrder(), "amend", digestArgs(draft));
  if (issued.record?.s !== undefined) return await step.replay(issued.record, versionOf(step));
  await step.execution.passGate();
  step.execution.enter();
  return await change(step, issued, "amend", step.run.at(), () => step.run.merge(draft));
}

function change(
  step: StepRun,
  issued: Issued,
  kind: string,
  startedAt: string,
  next: () => Covenant,
): Promise<Covenant> {
  const { run } = step;
  const parts = { kind, name: kind, startedAt };
  try {
    run.setTerms(next(), step.actor);
  } catch (thrown) {
    const effect = shownEffect(step, issued, { ...parts, status: "failed" });
    return new Promise((_, reject) => step.failed(issued, { effect }, toAppError(thrown), reject));
  }
  const { version } = run.state.covenant;
  const effect = shownEffect(step, issued, { ...parts, status: "done" });
  return new Promise((resolve) =>
    step.done(
      issued,
      { effect, result: { i: { version } } },
      () => resolve(run.covenantOf(version)),
    )
  );
}

function merged(step: StepRun, draft: CovenantDraft): Covenant {
  return mergeDraft(step.run.state.covenant, draft, step.run.setFields);
}

function activated(covenant: Covenant): Covenant {
  return covenant.status === "draft" ? { ...covenant, status: "active" } : covenant;
}

function versionOf(step: StepRun): (value: Json) => Covenant {
  return (value) => step.run.covenantOf((value as { version: number }).version);
}
