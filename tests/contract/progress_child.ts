/** Gives an agent its soul, a trace and its experience, on a file, and dies where its faults say. */
import { addStep, completeTrace, startTrace } from "../../lib/coordination/traces/mod.ts";
import { countTrace, createSoul } from "../../lib/coordination/souls/mod.ts";
import { systemClock } from "../../lib/kernel/core/clock.ts";
import { ulidIds } from "../../lib/kernel/core/ids.ts";
import { openStore, parseFaults, type StoreTuning } from "../../lib/kernel/kv/mod.ts";

export const AGENT = "phoenix";
export const OF = { agentId: AGENT, sessionId: "s" };
export const CALL = { workspaceId: "default", actor: `agent:${AGENT}` };
const log = { warn() {} };

/** What commands need, on the store at this path. */
export async function instance(path: string, tuning?: StoreTuning) {
  const kv = await openStore({ path, clock: systemClock, log, tuning });
  return { kv, clock: systemClock, ids: ulidIds(systemClock.now) };
}

if (import.meta.main) {
  const [path, faults] = Deno.args;
  const ctx = await instance(path!, { faults: parseFaults(faults!) });
  await createSoul(ctx, CALL, { agentId: AGENT });
  await startTrace(ctx, CALL, { ...OF, task: "x" });
  for (let n = 0; n < 3; n++) {
    await addStep(ctx, CALL, { ...OF, tool: "read", outcome: "found", durationMs: 5 });
  }
  await completeTrace(ctx, CALL, OF);
  await countTrace(ctx, CALL, { agentId: AGENT, traceId: OF.sessionId });
  await ctx.kv.close();
}
