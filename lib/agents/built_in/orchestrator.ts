/** Breaks a request into sub-tasks that can be done at the same time. */
import { z } from "zod";
import { defineAgent } from "../define_agent.ts";
import { MAX_TASKS, planErrors, subTask } from "../plan.ts";
import { planPrompt } from "../prompts/planning.ts";
import { structured } from "../structured.ts";

/** Agents a plan may give sub-tasks to. */
const PERFORMERS = ["worker"] as const;

const input = z.object({
  request: z.string(),
  criteria: z.array(z.string()),
  scope: z.object({ in: z.array(z.string()), out: z.array(z.string()) }),
  /** Material the caller gives along. */
  background: z.string(),
});

const output = z.object({ reasoning: z.string(), tasks: z.array(subTask) });

export type Plan = z.infer<typeof output>;

const answer = z.object({
  reasoning: z.string().describe("why the work is split this way"),
  tasks: z.array(subTask.extend({ agent: z.enum(PERFORMERS) })).describe(
    `one to ${MAX_TASKS} sub-tasks, three when the request names no parts`,
  ),
});

export const orchestrator = defineAgent({
  id: "orchestrator",
  name: "Orchestrator",
  role: "orchestrator",
  description:
    "Plans sub-tasks with their dependencies; an invalid plan is repaired once, then fails",
  input,
  output,
  async run(ctx, { request, criteria, scope, background }) {
    const plan = await structured(ctx, {
      name: "plan",
      schema: answer,
      messages: planPrompt({
        request,
        criteria,
        scope,
        background,
        history: ctx.history,
        agents: PERFORMERS,
        maxTasks: MAX_TASKS,
      }),
      check: ({ tasks }) => planErrors(tasks, new Set(PERFORMERS)),
    });
    ctx.think(plan.reasoning);
    ctx.act(
      `Plans ${plan.tasks.length} sub-tasks: ${plan.tasks.map((task) => task.title).join("; ")}`,
    );
    return plan;
  },
});
