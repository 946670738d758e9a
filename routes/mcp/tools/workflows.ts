/** Workflows: templates to start runs from. */
import { z } from "zod";
import { listWorkflows, startWorkflow } from "../../../lib/runs/mod.ts";
import { workflow as workflowShape, workflowInput } from "../../../lib/runs/schema.ts";
import { pageOf } from "../../_http/openapi.ts";
import { type Tool, verb } from "../tool.ts";
import { about, answered, requireAble, started, waitMs } from "./runs.ts";

export const workflow: Tool = {
  name: "workflow",
  title: "Workflows",
  description:
    "Patterns of work as templates: many requests at once, breaking one down among workers, improving a text until it is good enough. Returns the templates, or the run that was started.",
  infer: ({ template }) => template === undefined ? "list" : "run",
  openWorld: true,
  verbs: {
    list: verb({
      does: "the templates and the JSON schema of their inputs",
      who: "caller",
      input: z.strictObject({}),
      output: pageOf(workflowShape),
      run: ({ app }) => ({ items: listWorkflows(app), nextCursor: null }),
      text: ({ items }) => `Templates: ${items.map(({ template }) => template).join(", ")}`,
    }),
    run: verb({
      does: "start a run from a template with its inputs",
      who: "caller",
      needs: "work",
      input: workflowInput.extend({ template: z.string().min(1).max(64), waitMs }),
      output: started,
      async run(call, { template, waitMs: wait = 0, ...input }) {
        const { app, workspaceId } = call;
        await requireAble(call, template);
        const made = await startWorkflow(app, workspaceId, template, input, call.call.actor);
        return await answered(call, made, wait);
      },
      text: ({ run }) => about(run),
    }),
  },
};
