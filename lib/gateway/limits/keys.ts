/**
 * `["w", ws, "rate", kind, id, process]` – on a store that several share: what one process let pass for a key or a
 * provider in this minute and the one before, renewed while it lets calls pass. Expires two minutes later. On a store
 * of one process nothing is written: its own memory is the truth, and a restart begins a new minute.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

export const rateKey = defineKey("rate", { slice: "gateway", version: 1, retention: "expires" });

export const limitsKeys = [rateKey];
