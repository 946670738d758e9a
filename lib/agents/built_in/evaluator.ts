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
  verdict: z.enum(["met", "unmet", "open"]).describe(
    "open: only the final answer, written from these results, can show it",
  ),
  evidence: z.string(),
});

const input = z.object({
  request: z.string(),
  results: z.array(taskResult),
  criteria: z.array(z.string()),
  /** The agreed quality, 0 to 10. */
  quality: score,
  /** The result is the answer itself: nothing stays open. */
  final: z.boolean(),
});

const output = z.object({
  reasoning: z.string(),
  items: z.array(item).describe("one entry per result, with its id"),
  criteria: z.array(criterion).describe("one entry per criterion, in order"),
  score: score.describe("of all results together"),
});

export type Evaluation = z.infer<typeof output>;

export const evaluator = defineAgent({
  id: "evaluator",
  name: "Evaluator",
  role: "evaluator",
  description: "Scores results against acceptance and quality and names the work to be done again",
  input,
  output,
  async run(ctx, { request, results, criteria, quality, final }) {
    const messages = judgePrompt({ request, results, criteria, quality, final });
    const found = await structured(ctx, { name: "evaluation", schema: output, messages });
    const known = new Set(results.map((result) => result.id));
    const only = results.length === 1 ? results[0]!.id : undefined;
    const evaluation = {
      ...found,
      items: found.items.map((one) => ({ ...one, id: only ?? one.id })).filter((one) =>
        known.has(one.id)
      ),
      // Nothing can be unmet that nobody asked for.
      criteria: found.criteria.slice(0, criteria.length).map((one) => ({
        ...one,
        verdict: final && one.verdict === "open" ? "unmet" as const : one.verdict,
      })),
    };
    ctx.think(evaluation.reasoning);
    const met = evaluation.criteria.filter((one) => one.verdict === "met").length;
    const open = evaluation.criteria.filter((one) => one.verdict === "open").length;
    const back = evaluation.items.filter((one) => !one.accept).length;
    ctx.act(
      `Scores ${evaluation.score} of 10 (agreed: ${quality}); ${met} of ${criteria.length} criteria met` +
        (open === 0 ? "; " : `, ${open} for the answer to show; `) +
        (back === 0 ? "nothing to do again" : `${back} to do again`),
    );
    return evaluation;
  },
});
