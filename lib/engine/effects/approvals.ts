/** Questions to people: a step waits on an approval record; the answer comes back as a signal. */
import type { ApprovalOutcome, ApprovalRequest, Question } from "../../agents/context.ts";
import {
  type ApprovalAnswer,
  type NewApproval,
  newApproval,
  stageApproval,
} from "../../governance/mod.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { digestArgs } from "../journal/digest.ts";
import type { Issued } from "../run/issued.ts";
import { keep } from "../run/keep.ts";
import type { StepRun } from "../run/step_run.ts";
import { shownEffect } from "./shown.ts";
import { wait } from "./waits.ts";

export interface Answered {
  /** Id of the effect that waited. */
  readonly id: string;
  readonly answer: ApprovalAnswer;
  readonly consume: () => void;
}

/** Puts the question, unless it is put already, and waits; active again when it returns. */
export async function question(
  step: StepRun,
  issued: Issued,
  effect: string,
  input: Omit<NewApproval, "runId" | "stepId">,
  unknown = false,
): Promise<Answered> {
  const { run } = step;
  const { ctx } = run.deps;
  const approval = newApproval(ctx, { ...input, runId: run.id, stepId: step.id });
  const { id, answer } = await wait(step, issued, {
    effect,
    kind: input.kind === "question" ? "question" : "approval",
    on: approval.id,
    unknown,
    stage: () => {
      run.emit(
        { type: "approval.requested", at: run.at(), actor: step.actor, approval },
      );
      stageApproval(ctx, run.staged, run.workspaceId, approval);
    },
  });
  return { id, answer: answer.value as unknown as ApprovalAnswer, consume: answer.consume };
}

export async function approve(
  step: StepRun,
  request: ApprovalRequest,
): Promise<ApprovalOutcome> {
  const issued = step.issue(step.nextOrder(), "approve", digestArgs(request));
  const decode = (value: Json) => value as unknown as ApprovalOutcome;
  if (issued.record?.s !== undefined) return await step.replay(issued.record, decode);
  await step.execution.passGate();
  const startedAt = step.run.at();
  const asked = await ask_(step, issued, "approve", {
    kind: "tool",
    question: request.question,
    args: request.args,
    schema: request.schema,
    risk: request.risk,
    expiresInMs: request.expiresInMs,
  });
  const outcome: ApprovalOutcome = {
    approved: asked.answer.approved,
    args: asked.answer.edits ?? request.args ?? null,
    ...(asked.answer.reason === undefined ? {} : { reason: asked.answer.reason }),
  };
  return await settle(step, issued, asked, startedAt, "approve", outcome as unknown as Json)
    .then(decode);
}

export async function ask(step: StepRun, input: Question): Promise<Json> {
  const issued = step.issue(step.nextOrder(), "ask", digestArgs(input));
  if (issued.record?.s !== undefined) return await step.replay(issued.record, (value) => value);
  await step.execution.passGate();
  const startedAt = step.run.at();
  const asked = await ask_(step, issued, "ask", {
    kind: "question",
    question: input.question,
    schema: input.schema,
    risk: input.risk,
    expiresInMs: input.expiresInMs,
  });
  if (asked.answer.status === "answered") {
    return await settle(step, issued, asked, startedAt, "ask", asked.answer.value);
  }
  const error = rejected(asked.answer, "The question was not answered");
  return await refuse(step, issued, asked, startedAt, "ask", error);
}

/** In a dry run nobody is asked. */
async function ask_(
  step: StepRun,
  issued: Issued,
  effect: string,
  input: Omit<NewApproval, "runId" | "stepId">,
): Promise<Answered> {
  if (step.run.state.run.mode !== "dry-run") return await question(step, issued, effect, input);
  step.execution.enter();
  return {
    id: step.run.deps.ctx.ids.next("effect"),
    consume: () => {},
    answer: {
      approvalId: "",
      status: input.kind === "question" ? "answered" : "approved",
      approved: true,
      edits: null,
      value: null,
      answeredBy: "system",
    },
  };
}

/** Records what was answered and gives it to the agent. */
export async function settle(
  step: StepRun,
  issued: Issued,
  asked: Answered,
  startedAt: string,
  kind: string,
  value: Json,
): Promise<Json> {
  const result = await keep(step, value);
  const effect = shownEffect(step, issued, {
    id: asked.id,
    kind,
    name: kind,
    status: "done",
    startedAt,
  });
  asked.consume();
  return await new Promise((resolve) =>
    step.done(issued, { effect, result }, () => resolve(value))
  );
}

export async function refuse(
  step: StepRun,
  issued: Issued,
  asked: Answered,
  startedAt: string,
  kind: string,
  error: AppError,
  name = kind,
): Promise<never> {
  const effect = shownEffect(step, issued, {
    id: asked.id,
    kind,
    name,
    status: "failed",
    startedAt,
  });
  asked.consume();
  return await new Promise((_, reject) => step.failed(issued, { effect }, error, reject));
}

export function rejected(answer: ApprovalAnswer, what: string): AppError {
  return new AppError("rejected", {
    detail: answer.reason ? `${what}: ${answer.reason}` : what,
    data: { approvalId: answer.approvalId, status: answer.status, answeredBy: answer.answeredBy },
  });
}
