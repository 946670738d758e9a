/**
 * `["w", ws, "tally", agentId, name]` and `["w", ws, "tally_day", agentId, "2026-11-21", name]` – what an
 * agent did, counted: over its life and by UTC day. Sums, so that counting never waits and never conflicts.
 * Kept: a few small keys for each day an agent worked.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const slice = "coordination";
export const tallyKey = defineKey("tally", {
  slice,
  version: 1,
  retention: "keep",
  encoding: "sum",
});
export const dayTallyKey = defineKey("tally_day", {
  slice,
  version: 1,
  retention: "keep",
  encoding: "sum",
});

export const talliesKeys = [tallyKey, dayTallyKey];
