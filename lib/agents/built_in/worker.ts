/** Does one sub-task, with tools where they are useful. */
import { z } from "zod";
import { converse } from "../converse.ts";
import { defineAgent } from "../define_agent.ts";
import { taskResult } from "../plan.ts";
import { taskPrompt } from "../prompts/working.ts";
import { usefulTools } from "../tools/mod.ts";

const input = z.object({
  request: z.string(),
  title: z.string(),
  instructions: z.string(),
  kind: z.string(),
  /** Titles of the sub-tasks others do. */
  others: z.array(z.string()),
  background: z.string(),
  /** Results this sub-task builds on. */
  needed: z.array(taskResult),
  criteria: z.array(z.string()),
  /** Its own earlier result and what was wrong with it, when it is done again. */
  draft: z.string(),
  feedback: z.string(),
});

export type TaskInput = z.infer<typeof input>;

export const worker = defineAgent({
  id: "worker",
  name: "Worker",
  role: "worker",
  description: "Does one sub-task of a larger request, with tools where they are useful",
  input,
  output: z.string(),
  async run(ctx, task) {
    const tools = usefulTools(
      `${task.request}\n${task.title}\n${task.instructions}\n${task.background}`,
    );
    if (task.feedback !== "") ctx.think(`Has to do it again: ${task.feedback}`);
    if (tools.length > 0) ctx.think(`May need ${tools.map((tool) => tool.name).join(", ")}`);
    const messages = taskPrompt({ ...task, history: ctx.history, hasTools: tools.length > 0 });
    return await converse(ctx, { messages, tools });
  },
});
