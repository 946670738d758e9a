/** Puts the workers' results into the one answer the person reads. */
import { z } from "zod";
import { converse } from "../converse.ts";
import { defineAgent } from "../define_agent.ts";
import { taskResult } from "../plan.ts";
import { combinePrompt } from "../prompts/working.ts";

const input = z.object({
  request: z.string(),
  results: z.array(taskResult),
  criteria: z.array(z.string()),
  /** What the evaluation still found wanting; named in the answer where it cannot be put right. */
  shortcomings: z.array(z.string()),
});

export const coordinator = defineAgent({
  id: "coordinator",
  name: "Coordinator",
  role: "coordinator",
  description: "Writes the final answer from all results and says what is missing",
  input,
  output: z.string(),
  async run(ctx, material) {
    const failed = material.results.filter((result) => result.status !== "done");
    if (failed.length > 0) {
      ctx.think(`Has to answer without: ${failed.map((result) => result.title).join("; ")}`);
    }
    ctx.act(`Puts ${material.results.length - failed.length} results into one answer`);
    return await converse(ctx, { messages: combinePrompt({ ...material, history: ctx.history }) });
  },
});
