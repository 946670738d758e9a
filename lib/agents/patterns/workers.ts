/** A strong model breaks the request down, cheap workers do the parts, the strong model puts them together. */
import { z } from "zod";
import { defineAgent } from "../define_agent.ts";
import type { TaskResult } from "../plan.ts";
import { jobOf, spawn } from "./job.ts";
import { keepingPartial, planItems } from "./results.ts";
import { assign, chooseModels, execute, makePlan } from "./stages.ts";
import { forecast, forecastOutput } from "./forecast.ts";
import { readInputs, rootInput } from "./input.ts";

export const workersInputs = z.object({
  /** The intent when absent. */
  prompt: z.string().trim().min(1).max(100_000).optional(),
  context: z.string().max(200_000).default(""),
});

/** Stages of `full` this pattern does without. */
const LEFT_OUT = new Set(["classify", "evaluate"]);

export const workers = defineAgent({
  id: "workers",
  name: "Orchestrator and workers",
  role: "orchestrator",
  description:
    "Breaks a request into tasks with dependencies, has cheap workers do them, synthesises",
  input: rootInput,
  output: z.union([z.string(), forecastOutput]),
  async run(ctx, input) {
    const { prompt, context } = readInputs(workersInputs, input);
    const reason = "Asked to break the request down and share it among workers";
    const before = ctx.covenant;
    const terms = await ctx.agree({ decision: { kind: "delegate", reason } });
    const job = {
      ...jobOf(before, terms, input, context),
      ...(prompt ? { request: prompt } : {}),
    };

    const plan = await makePlan(ctx, job);
    await ctx.amend({ plan: ownStages(planItems(plan.tasks)) });
    const routing = await chooseModels(ctx, job, plan, undefined);
    if (before.mode === "dry-run") return await forecast(ctx, job, plan.tasks, routing);

    let results: TaskResult[] = [];
    return await keepingPartial(() => results, async () => {
      const assignment = assign(job, plan, undefined, routing);
      await execute(ctx, assignment, (done) => void (results = [...done]));
      const { request, criteria, model } = job;
      const material = { request, criteria, results, shortcomings: [] };
      return await spawn<string>(ctx, "coordinator", material, "Write the answer", model, true);
    });
  },
});

function ownStages(items: ReturnType<typeof planItems>): ReturnType<typeof planItems> {
  const tasks = items.filter((one) => one.agent === "worker").map((one) => one.id);
  return items.filter((one) => !LEFT_OUT.has(one.id)).map((one) => ({
    ...one,
    dependsOn: one.id === "answer" ? tasks : one.dependsOn.filter((id) => !LEFT_OUT.has(id)),
  }));
}
