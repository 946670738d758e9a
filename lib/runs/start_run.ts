/** A run of its own, outside any session. */
import { checkInputs } from "../agents/mod.ts";
import type { Run, RunInput } from "../engine/schema.ts";
import { transact } from "../kernel/kv/mod.ts";
import type { RunsContext, StagedWith } from "./context.ts";

/** Throws `invalid_input` for an unknown model and for inputs that do not fit the pattern. */
export async function startRun(
  { ctx, engine }: Pick<RunsContext, "ctx" | "engine">,
  workspaceId: string,
  input: RunInput,
  actor: string,
  options: StagedWith<Run> = {},
): Promise<Run> {
  if (input.pattern) checkInputs(input.pattern, input.inputs);
  return await transact(ctx, workspaceId, async (tx) => {
    const run = await engine.stageStart(tx, workspaceId, input, actor);
    await options.staged?.(tx, run);
    return run;
  });
}
