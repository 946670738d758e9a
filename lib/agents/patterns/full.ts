/** The whole way from an intent to an answer: terms, then one responder or a team. */
import { z } from "zod";
import type { Evaluation } from "../built_in/evaluator.ts";
import type { Mediation } from "../built_in/mediator.ts";
import type { AgentContext } from "../context.ts";
import type { Covenant } from "../covenant.ts";
import { defineAgent } from "../define_agent.ts";
import { endsRun, type TaskResult } from "../plan.ts";
import { toAppError } from "../../kernel/core/errors.ts";
import { type Job, jobOf, spawn } from "./job.ts";
import { keepingPartial, mergeResults, planItems } from "./results.ts";
import {
  assign,
  chooseModels,
  classify,
  evaluate,
  evaluateFinal,
  execute,
  makePlan,
} from "./stages.ts";
import { brokenClause, leavesOpen, sentBack, shortcomings } from "./verdict.ts";
import { forecast, forecastOutput } from "./forecast.ts";
import { rootInput } from "./input.ts";

/** How often the evaluator may send work back. */
const MAX_RETURNS = 2;

export const full = defineAgent({
  id: "full",
  name: "Full orchestration",
  role: "orchestrator",
  description:
    "Agrees the terms, then answers directly or plans, works in parallel, checks and answers",
  input: rootInput,
  output: z.union([z.string(), forecastOutput]),
  async run(ctx, { intent, model }) {
    const before = ctx.covenant;
    const { mode, acceptance, scope } = before;
    const brief = { request: intent, acceptance, scope, strict: mode === "strict" };
    const mediation = await spawn<Mediation>(ctx, "mediator", brief, "Agree the terms", model);
    const terms = await ctx.agree(mediation);
    const job = jobOf(before, terms, { intent, model });
    const dryRun = mode === "dry-run";
    if (mediation.decision.kind === "direct") {
      return dryRun ? await forecast(ctx, job, []) : await answerDirectly(ctx, job);
    }
    return await delegate(ctx, job, dryRun);
  },
});

async function answerDirectly(ctx: AgentContext, job: Job): Promise<string> {
  const { request, criteria, model } = job;
  const text = await spawn<string>(ctx, "responder", { request, criteria }, "Answer", model, true);
  if (criteria.length > 0) {
    await recordVerdict(ctx, job, await evaluateFinal(ctx, job, text, "Check the answer"));
  }
  return text;
}

async function delegate(ctx: AgentContext, job: Job, dryRun: boolean) {
  const plan = await makePlan(ctx, job);
  const items = planItems(plan.tasks);
  await ctx.amend({ plan: items });
  const stages = items.length;
  const reached = (done: number) => ctx.progress(Math.round(100 * done / stages));

  const kinds = await classify(ctx, job, plan);
  reached(1);
  const routing = await chooseModels(ctx, job, plan, kinds);
  reached(2);
  if (dryRun) return await forecast(ctx, job, plan.tasks, routing);

  const assignment = assign(job, plan, kinds, routing);
  let results: TaskResult[] = [];
  return await keepingPartial(() => results, async () => {
    await execute(ctx, assignment, (done) => void (results = [...done]));
    reached(stages - 2);
    let evaluation = await evaluate(ctx, job, results, "Check the results");
    for (let returns = 0; returns < MAX_RETURNS && evaluation; returns++) {
      const findings = sentBack(job, evaluation);
      if (findings.length === 0) break;
      ctx.act(`Sends back ${titles(results, findings)}`);
      const keep = (redone: readonly TaskResult[]) =>
        void (results = mergeResults(results, redone));
      await again(ctx, keep, assignment, results, findings);
      evaluation = await evaluate(ctx, job, results, `Check the results again (${returns + 1})`);
    }
    reached(stages - 1);
    const { request, criteria, model } = job;
    const material = { request, criteria, results, shortcomings: shortcomings(job, evaluation) };
    const text = await spawn<string>(ctx, "coordinator", material, "Write the answer", model, true);
    if (evaluation && leavesOpen(evaluation)) {
      evaluation = await evaluateFinal(ctx, job, text, "Check the answer");
    }
    await recordVerdict(ctx, job, evaluation);
    return text;
  });
}

/** The named parts once more; when none of them succeeds, what was there before stays. */
async function again(
  ctx: AgentContext,
  keep: (results: readonly TaskResult[]) => void,
  assignment: Parameters<typeof execute>[1],
  known: TaskResult[],
  findings: { id: string; feedback: string }[],
): Promise<void> {
  try {
    await execute(ctx, assignment, keep, { known, findings });
  } catch (error) {
    if (endsRun(toAppError(error))) throw error;
    ctx.think("Doing it again did not succeed; the earlier results stay");
  }
}

async function recordVerdict(ctx: AgentContext, job: Job, evaluation: Evaluation | undefined) {
  const broken: Covenant["broken"] = evaluation && brokenClause(job, evaluation);
  if (!broken) return;
  ctx.think(`The covenant's ${broken.clause} is not met: ${broken.evidence}`);
  await ctx.amend({ broken });
}

function titles(results: readonly TaskResult[], findings: readonly { id: string }[]): string {
  return findings.map(({ id }) => `“${results.find((one) => one.id === id)?.title ?? id}”`).join(
    ", ",
  );
}
