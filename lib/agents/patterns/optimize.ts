/** Generate, evaluate, improve: until good enough, no better, or out of budget. Returns the best version. */
import { z } from "zod";
import { toAppError } from "../../kernel/core/errors.ts";
import type { Evaluation } from "../built_in/evaluator.ts";
import type { TaskInput } from "../built_in/worker.ts";
import type { AgentContext } from "../context.ts";
import { defineAgent } from "../define_agent.ts";
import { type Job, jobOf, spawn } from "./job.ts";
import { evaluate } from "./stages.ts";
import { describeForecast, forecastOutput, modelFor, step } from "./forecast.ts";
import { firstLine, readInputs, rootInput } from "./input.ts";

export const optimizeInputs = z.object({
  /** The intent when absent. */
  prompt: z.string().trim().min(1).max(100_000).optional(),
  criteria: z.union([z.string().trim().min(1), z.array(z.string().trim().min(1)).max(20)])
    .optional(),
  maxIterations: z.int().min(1).max(10).default(3),
  targetScore: z.number().min(0).max(10).default(8),
});

const version = z.object({ iteration: z.int(), score: z.number(), feedback: z.string() });

const output = z.object({
  /** The best version, not the last. */
  text: z.string(),
  score: z.number(),
  stopped: z.enum(["score", "no_improvement", "iterations", "budget", "unchecked"]),
  iterations: z.array(version),
});

type Optimized = z.infer<typeof output>;

export const optimize = defineAgent({
  id: "optimize",
  name: "Optimize",
  role: "orchestrator",
  description:
    "Writes a version, has it scored against criteria, improves it; returns the best one",
  input: rootInput,
  output: z.union([output, forecastOutput]),
  async run(ctx, input) {
    const before = ctx.covenant;
    const { prompt, criteria, maxIterations, targetScore } = readInputs(optimizeInputs, input);
    const given = typeof criteria === "string" ? [criteria] : criteria ?? [];
    const reason =
      `Asked to improve up to ${maxIterations} times, until the score is ${targetScore}`;
    const plan = [
      { id: "write", title: "Write and improve", agent: "worker", dependsOn: [] },
      { id: "score", title: "Score", agent: "evaluator", dependsOn: ["write"] },
    ];
    const acceptance = [...new Set([...before.acceptance, ...given])];
    const terms = await ctx.agree({ decision: { kind: "delegate", reason }, acceptance, plan });
    const agreed = jobOf(before, terms, input);
    const job: Job = {
      ...agreed,
      request: prompt ?? agreed.request,
      criteria: [...new Set([...terms.acceptance, ...given])],
      constraints: { ...agreed.constraints, quality: targetScore },
    };
    if (before.mode === "dry-run") return await forecastOf(ctx, job, maxIterations);
    return await improve(ctx, job, maxIterations, targetScore);
  },
});

async function improve(
  ctx: AgentContext,
  job: Job,
  maxIterations: number,
  target: number,
): Promise<Optimized> {
  let best: { text: string; score: number; feedback: string } | undefined;
  const iterations: Optimized["iterations"] = [];
  const end = (stopped: Optimized["stopped"]): Optimized => {
    const { text, score } = best!;
    ctx.act(`Stops (${stopped.replace("_", " ")}) with a score of ${score}`);
    return { text, score, stopped, iterations };
  };
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    try {
      const title = iteration === 1 ? "Write the first version" : `Improve (${iteration})`;
      const text = await spawn<string>(ctx, "worker", briefOf(job, best), title, job.model);
      const draft = { id: "t1", title: "Draft", status: "done", text } as const;
      const found = await evaluate(ctx, job, [draft], `Score version ${iteration}`, true);
      ctx.progress(Math.round(100 * iteration / maxIterations));
      if (!found) {
        best ??= { text, score: 0, feedback: "" };
        return end("unchecked");
      }
      const feedback = feedbackOf(found);
      iterations.push({ iteration, score: found.score, feedback });
      const improved = best === undefined || found.score > best.score;
      if (improved) best = { text, score: found.score, feedback };
      if (best!.score >= target) return end("score");
      if (!improved) return end("no_improvement");
    } catch (thrown) {
      if (best === undefined || toAppError(thrown).code !== "budget_exhausted") throw thrown;
      ctx.think("The budget is used up; the best version so far is the result");
      return end("budget");
    }
  }
  return end("iterations");
}

function briefOf(job: Job, best: { text: string; feedback: string } | undefined): TaskInput {
  return {
    request: job.request,
    title: firstLine(job.request),
    instructions: best
      ? "Improve the draft: produce the complete result again, so that it meets every criterion."
      : "Produce the complete result the request asks for, so that it meets every criterion.",
    kind: "writing",
    others: [],
    background: job.background,
    needed: [],
    criteria: [...job.criteria],
    draft: best?.text ?? "",
    feedback: best?.feedback ?? "",
  };
}

function feedbackOf(evaluation: Evaluation): string {
  const lines = [
    ...evaluation.criteria.filter((one) => one.verdict === "unmet").map((one) =>
      `Not met: ${one.criterion} – ${one.evidence}`
    ),
    ...evaluation.items.map((one) => one.feedback.trim()).filter((text) => text !== ""),
  ];
  return lines.length > 0 ? lines.join("\n") : evaluation.reasoning;
}

async function forecastOf(ctx: AgentContext, job: Job, maxIterations: number) {
  const info = modelFor(await ctx.models(), job.model);
  const length = Math.ceil(job.request.length / 3.5);
  const rounds = Array.from({ length: maxIterations }, (_, index) => [
    step("worker", `Version ${index + 1}`, job.model, info, {
      inputTokens: 500 + length + (index === 0 ? 0 : 1_000),
      outputTokens: 900,
    }),
    step("evaluator", `Score version ${index + 1}`, job.model, info, {
      inputTokens: 700 + length + 900,
      outputTokens: 250,
    }),
  ]);
  return describeForecast(job, rounds.flat());
}
