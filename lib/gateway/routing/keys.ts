/**
 * `["w", ws, "gw_pin", conversation]` – the model a conversation stays on, until its time is over ·
 * `["w", ws, "gw_decision", lastCallId]` – a batch of decisions under the greatest call id in it: ids rise with time,
 * so the decision of a call lies under its own id or one of the next keys. Written off the response path, some tens
 * of milliseconds at once: a crash loses the last batch, which costs an explanation and at most a pin.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const options = { slice: "gateway", version: 1, retention: "expires" } as const;
export const pinKey = defineKey("gw_pin", options);
export const decisionKey = defineKey("gw_decision", options);

export const routingKeys = [pinKey, decisionKey];
