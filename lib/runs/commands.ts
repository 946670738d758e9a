/** What a person may do to a run. The engine carries it out; here it is looked up and named. */
import type { Run, RunInput } from "../engine/schema.ts";
import { transact } from "../kernel/kv/mod.ts";
import type { Json } from "../kernel/core/json.ts";
import type { RunsContext, StagedWith } from "./context.ts";
import type { CutInput, InjectInput } from "./schema.ts";

interface Reason {
  readonly reason?: string | undefined;
}

/** Throws `invalid_input` for an unknown model. */
export async function startRun(
  { ctx, engine, gateway }: Pick<RunsContext, "ctx" | "engine" | "gateway">,
  workspaceId: string,
  input: RunInput,
  actor: string,
  options: StagedWith<Run> = {},
): Promise<Run> {
  if (input.model !== undefined) gateway.resolve(input.model);
  return await transact(ctx, workspaceId, async (tx) => {
    const run = await engine.stageStart(tx, workspaceId, input, actor);
    await options.staged?.(tx, run);
    return run;
  });
}
