/**
 * `["w", ws, "soul", agentId]` – what an agent earned. Lifecycle: made once, changed by each counted trace,
 * kept. What happens outside its commits (escalations, help, tokens) is counted by `tallies/` and joined
 * when it is shown, so that a step never waits for the soul of its agent.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

export const soulKey = defineKey("soul", { slice: "coordination", version: 1, retention: "keep" });

export const soulsKeys = [soulKey];
