/** Scores results against acceptance criteria and quality, and says what has to be done again. */
import { z } from "zod";
import { defineAgent } from "../define_agent.ts";
import { taskResult } from "../plan.ts";
import { judgePrompt } from "../prompts/judging.ts";
import { structured } from "../structured.ts";

const score = z.number().min(0).max(10);

const item = z.object({
  id: z.string(),
  score,
  accept: z.boolean().describe("false only when the worker should do it again"),
  feedback: z.string().describe("what is wrong or missing; empty when accepted"),
});

const criterion = z.object({
  criterion: z.string(),
  met: z.boolean(),
  evidence: z.string(),
});

const input = z.object({
  request: z.string(),
  results: z.array(taskResult),
  criteria: z.array(z.string()),
  /** The agreed quality, 0 to 10. */
  quality: score,
});

const output = z.object({
  reasoning: z.string(),
  score,
  items: z.array(item).describe("one entry per result, with its id"),
  criteria: z.array(criterion).describe("one entry per criterion, in order"),
});

export type Evaluation = z.infer<typeof output>;

export const evaluator = defineAgent({
  id: "evaluator",
  name: "Evaluator",
  role: "evaluator",
  description: "Scores results against acceptance and quality and names the work to be done again",
  input,
  output,
  async run(ctx, { request, results, criteria, quality }) {
    const messages = judgePrompt({ request, results, criteria, quality });
    const found = await structured(ctx, { name: "evaluation", schema: output, messages });
    const known = new Set(results.map((result) => result.id));
    const evaluation = {
      ...found,
      items: found.items.filter((one) => known.has(one.id)),
      // Nothing can be unmet that nobody asked for.
      criteria: found.criteria.slice(0, criteria.length),
    };
    ctx.think(evaluation.reasoning);
    const met = evaluation.criteria.filter((one) => one.met).length;
    const back = evaluation.items.filter((one) => !one.accept).length;
    ctx.act(
      `Scores ${evaluation.score} of 10 (agreed: ${quality}); ${met} of ${criteria.length} criteria met; ` +
        (back === 0 ? "nothing to do again" : `${back} to do again`),
    );
    return evaluation;
  },
});
