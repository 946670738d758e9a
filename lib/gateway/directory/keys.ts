/**
 * `["w", ws, "gw_provider", id]` – a provider this workspace added, or what it changed of a built-in one ·
 * `["w", ws, "gw_model", id]` – the same for a model. What is built in is code with a date and not stored, so that
 * a new version brings new prices wherever nobody set their own. Keys of providers lie in the keystore under the
 * provider's id. Kept until deleted; there are few, and they are read whole.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const options = { slice: "gateway", version: 1, retention: "keep" } as const;
export const providerKey = defineKey("gw_provider", options);
export const modelKey = defineKey("gw_model", options);

export const directoryKeys = [providerKey, modelKey];
