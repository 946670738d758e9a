/** What a dry run answers with: what would have been done, by whom, and what it would have cost. */
import { z } from "zod";
import { estimateMicros, type Routing } from "../built_in/router.ts";
import type { AgentContext } from "../context.ts";
import type { ModelInfo } from "../model_port.ts";
import type { SubTask } from "../plan.ts";
import { usefulTools } from "../tools/mod.ts";
import type { Job } from "./job.ts";

const forecastStep = z.object({
  agent: z.string(),
  title: z.string(),
  model: z.string(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  costMicros: z.int(),
});

export const forecastOutput = z.object({
  /** For people. */
  text: z.string(),
  dryRun: z.literal(true),
  steps: z.array(forecastStep),
  tools: z.array(z.string()),
  costMicros: z.int(),
});

export type Forecast = z.infer<typeof forecastOutput>;
export type ForecastStep = z.infer<typeof forecastStep>;

/** Tokens of the calls around the sub-tasks: what such prompts and answers usually take. */
const USUAL = {
  mediator: { inputTokens: 450, outputTokens: 200 },
  orchestrator: { inputTokens: 700, outputTokens: 500 },
  classifier: { inputTokens: 600, outputTokens: 200 },
  evaluator: { inputTokens: 700, outputTokens: 400 },
  coordinator: { inputTokens: 600, outputTokens: 1_200 },
  responder: { inputTokens: 400, outputTokens: 600 },
} as const;

type Caller = keyof typeof USUAL;

/** A forecast of the default way: directly without tasks, else with a team. Asks nothing of a model. */
export async function forecast(
  ctx: AgentContext,
  job: Job,
  tasks: readonly SubTask[],
  routing?: Routing,
): Promise<Forecast> {
  const catalogue = await ctx.models();
  const usual = modelFor(catalogue, job.model);
  const results = routing?.routes.reduce((sum, route) => sum + route.outputTokens, 0) ?? 0;
  const call = (agent: Caller, title: string, more = 0) => {
    const tokens = {
      inputTokens: USUAL[agent].inputTokens + Math.ceil(job.request.length / 3.5) + more,
      outputTokens: USUAL[agent].outputTokens,
    };
    return step(agent, title, job.model, usual, tokens);
  };
  const steps = tasks.length === 0 ? [call("responder", "Answer")] : [
    call("mediator", "Agree the terms"),
    call("orchestrator", "Plan the work"),
    call("classifier", "Classify the parts"),
    ...tasks.map((task) => {
      const route = routing!.routes.find((one) => one.id === task.id)!;
      return step(task.agent, task.title, route.model, modelFor(catalogue, route.model), route);
    }),
    call("evaluator", "Check the results", results),
    call("coordinator", "Write the answer", results),
  ];
  return describeForecast(job, steps);
}

/** The forecast's text and sums. */
export function describeForecast(job: Job, steps: readonly ForecastStep[]): Forecast {
  const costMicros = steps.reduce((sum, one) => sum + one.costMicros, 0);
  const tools = usefulTools(`${job.request}\n${job.background}`).map((tool) => tool.name);
  const target = job.constraints.costMicros;
  const text = [
    "**Dry run: nothing was performed.** This is what would have happened:",
    [
      "| step | by | model | estimated cost |",
      "|---|---|---|---:|",
      ...steps.map((one) =>
        `| ${one.title.replaceAll("|", "/")} | ${one.agent} | ${one.model} | ${
          dollars(one.costMicros)
        } |`
      ),
    ].join("\n"),
    `Estimated ${dollars(costMicros)} in all, ${
      costMicros <= target ? "within" : "above"
    } the target of ${dollars(target)}.`,
    tools.length === 0
      ? "No tool would be needed."
      : `Tools that could be used: ${tools.join(", ")}.`,
    ...(job.criteria.length === 0 ? [] : [
      `The result would be checked against:\n${job.criteria.map((one) => `- ${one}`).join("\n")}`,
    ]),
  ].join("\n\n");
  return { text, dryRun: true, steps: [...steps], tools, costMicros };
}

/** One step of a forecast with its price at the model's rates. */
export function step(
  agent: string,
  title: string,
  name: string | undefined,
  info: ModelInfo | undefined,
  tokens: { readonly inputTokens: number; readonly outputTokens: number },
): ForecastStep {
  return {
    agent,
    title,
    model: name ?? info?.id ?? "the default model",
    inputTokens: tokens.inputTokens,
    outputTokens: tokens.outputTokens,
    costMicros: info ? estimateMicros(info, tokens) : 0,
  };
}

export function modelFor(
  catalogue: readonly ModelInfo[],
  name: string | undefined,
): ModelInfo | undefined {
  return name === undefined ? catalogue[0] : catalogue.find((info) => info.id === name);
}

/** As many places as the amount has, at least two: "$0.01", "$0.000135". */
function dollars(micros: number): string {
  return micros === 0 ? "$0" : `$${(micros / 1_000_000).toFixed(6).replace(/0{1,4}$/, "")}`;
}
