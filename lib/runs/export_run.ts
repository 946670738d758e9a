/** A run as one versioned JSON document: what it came to, and the events it came to it by. */
import type { Effect, RunView } from "../engine/schema.ts";
import type { AppContext } from "../kernel/context.ts";
import type { Json } from "../kernel/core/json.ts";
import { publicJson } from "../kernel/events/mod.ts";
import { effectsOf } from "./effects.ts";
import { readLog } from "./read_log.ts";
import { getRunView } from "./views.ts";

export interface RunExport {
  readonly format: "muster.run";
  readonly version: 1;
  readonly exportedAt: string;
  readonly view: RunView;
  readonly effects: Effect[];
  readonly events: Json[];
}

/** Public events only: the journal's hidden part belongs to this store. Throws `not_found`. */
export async function exportRun(
  { ctx }: { readonly ctx: Pick<AppContext, "kv" | "clock"> },
  workspaceId: string,
  runId: string,
): Promise<RunExport> {
  const view = await getRunView({ ctx }, workspaceId, runId);
  const effects = await effectsOf({ ctx }, workspaceId, runId);
  const events: Json[] = [];
  for await (const event of readLog(ctx, workspaceId, runId)) {
    events.push(JSON.parse(publicJson(event)));
  }
  const exportedAt = new Date(ctx.clock.now()).toISOString();
  return { format: "muster.run", version: 1, exportedAt, view, effects, events };
}
