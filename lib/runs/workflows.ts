/** Workflows: the patterns as templates that say what they take, and runs started from them. */
import { z } from "zod";
import { type Agent, checkInputs, patternInputs } from "../agents/mod.ts";
import { pattern, type Run } from "../engine/schema.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { RunsContext, StagedWith } from "./context.ts";
import type { Workflow, WorkflowInput } from "./schema.ts";
import { startRun } from "./start_run.ts";

const INTENT_FROM_INPUTS = 2_000;

/** In a fixed order. */
export function listWorkflows(
  { agents }: { readonly agents: ReadonlyMap<string, Agent> },
): Workflow[] {
  return pattern.options.flatMap((template) => {
    const agent = agents.get(template);
    if (!agent) return [];
    const { $schema: _, ...inputs } = z.toJSONSchema(
      patternInputs(template) ?? z.object({}),
      { io: "input", unrepresentable: "any" },
    );
    return [{ template, name: agent.name, description: agent.description, inputs }];
  });
}

/** Throws `not_found` for an unknown template, `invalid_input` for inputs that do not fit it. */
export async function startWorkflow(
  app: Pick<RunsContext, "ctx" | "engine">,
  workspaceId: string,
  template: string,
  input: WorkflowInput,
  actor: string,
  options: StagedWith<Run> = {},
): Promise<Run> {
  const parsed = pattern.safeParse(template);
  if (!parsed.success) {
    throw new AppError("not_found", {
      detail: `There is no template "${template.slice(0, 80)}"; there are ${
        pattern.options.join(", ")
      }`,
    });
  }
  // Before the intent is looked for: a missing input says more than a missing intent.
  checkInputs(parsed.data, input.inputs);
  const intent = input.intent ?? intentOf(input.inputs);
  return await startRun(
    app,
    workspaceId,
    { ...input, intent, pattern: parsed.data },
    actor,
    options,
  );
}

function intentOf(inputs: WorkflowInput["inputs"] = {}): string {
  const { prompt, requests } = inputs;
  const said = prompt ??
    (Array.isArray(requests) ? requests.map(requestText).join("; ") : undefined);
  if (typeof said === "string" && said.trim() !== "") {
    return said.trim().slice(0, INTENT_FROM_INPUTS);
  }
  throw new AppError("invalid_input", {
    detail: "intent is required where the inputs have no prompt and no requests",
    fields: [{ path: "intent", message: "is required" }],
  });
}

function requestText(request: unknown): string {
  if (typeof request === "string") return request;
  const { prompt = "" } = (request ?? {}) as { prompt?: unknown };
  return String(prompt);
}
