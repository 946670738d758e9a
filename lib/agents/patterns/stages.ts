/** The stages of delegated work, each one child step: plan, classify, choose models, execute, evaluate. */
import { AppError, type ErrorCode, toAppError } from "../../kernel/core/errors.ts";
import type { Classification } from "../built_in/classifier.ts";
import type { Evaluation } from "../built_in/evaluator.ts";
import type { Execution, ExecutorInput } from "../built_in/executor.ts";
import type { Plan } from "../built_in/orchestrator.ts";
import type { Routing } from "../built_in/router.ts";
import type { AgentContext } from "../context.ts";
import type { TaskResult } from "../plan.ts";
import { isInvalidAnswer } from "../structured.ts";
import { usefulTools } from "../tools/mod.ts";
import { type Job, spawn } from "./job.ts";

type Assignment = Pick<ExecutorInput, "request" | "tasks" | "criteria" | "background" | "parts">;

export async function makePlan(ctx: AgentContext, job: Job): Promise<Plan> {
  const { request, criteria, scope, background, model } = job;
  return await spawn(
    ctx,
    "orchestrator",
    { request, criteria, scope, background },
    "Plan the work",
    model,
  );
}

export async function classify(ctx: AgentContext, job: Job, plan: Plan): Promise<Classification> {
  const tasks = plan.tasks.map(({ id, title, instructions }) => ({ id, title, instructions }));
  return await spawn(
    ctx,
    "classifier",
    { request: job.request, tasks },
    "Classify the parts",
    job.model,
  );
}

export async function chooseModels(
  ctx: AgentContext,
  job: Job,
  plan: Plan,
  kinds: Classification | undefined,
): Promise<Routing> {
  const tasks = plan.tasks.map((task) => ({
    id: task.id,
    title: task.title,
    difficulty: kinds?.parts.find((part) => part.id === task.id)?.difficulty ?? "low",
    chars: job.request.length + job.background.length + task.instructions.length,
    needsTools: usefulTools(`${job.request}\n${task.instructions}\n${job.background}`).length > 0,
  }));
  const { constraints, model } = job;
  const input = { tasks, constraints, model, cheap: kinds === undefined };
  return await spawn(ctx, "router", input, "Choose models", model);
}

export function assign(
  job: Job,
  plan: Plan,
  kinds: Classification | undefined,
  routing: Routing,
): Assignment {
  const parts = plan.tasks.map(({ id }) => ({
    id,
    kind: kinds?.parts.find((part) => part.id === id)?.kind ?? "analysis",
    model: routing.routes.find((route) => route.id === id)?.model,
  }));
  return {
    request: job.request,
    tasks: plan.tasks,
    criteria: [...job.criteria],
    background: job.background,
    parts,
  };
}

/** Hands each result to `keep` before a run limit that stopped the work is thrown. */
export async function execute(
  ctx: AgentContext,
  assignment: Assignment,
  keep: (results: readonly TaskResult[]) => void,
  again: Pick<ExecutorInput, "known" | "findings"> = {},
): Promise<void> {
  const title = again.findings ? "Do parts of it again" : "Do the work";
  const input = { ...assignment, ...again };
  const { results, limit } = await spawn<Execution>(ctx, "executor", input, title);
  keep(results);
  if (!limit) return;
  throw new AppError(limit.code as ErrorCode, { detail: limit.message, data: limit.data });
}

/** Undefined when no usable judgement came back: then the answer is given unchecked, and says so. */
export async function evaluate(
  ctx: AgentContext,
  job: Job,
  results: readonly TaskResult[],
  title: string,
  final = false,
): Promise<Evaluation | undefined> {
  const { request, criteria, constraints, model } = job;
  try {
    const input = { request, results, criteria, quality: constraints.quality, final };
    return await spawn<Evaluation>(ctx, "evaluator", input, title, model);
  } catch (error) {
    if (!isInvalidAnswer(error)) throw error;
    ctx.think("No usable evaluation came back; the results go on unchecked");
    return undefined;
  }
}

/**
 * Judges the answer itself, as the person reads it. The answer stands even when it cannot be judged, so
 * only a cancel and a broken replay pass through.
 */
export async function evaluateFinal(
  ctx: AgentContext,
  job: Job,
  text: string,
  title: string,
): Promise<Evaluation | undefined> {
  const answer: TaskResult = { id: "answer", title: "Answer", status: "done", text };
  try {
    return await evaluate(ctx, job, [answer], title, true);
  } catch (thrown) {
    const { code, detail } = toAppError(thrown);
    if (code === "canceled" || code === "nondeterministic_agent") throw thrown;
    ctx.think(`The answer could not be checked: ${detail}`);
    return undefined;
  }
}
