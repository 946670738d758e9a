/**
 * `["w", ws, "kept_response", id]` – whose answer of `POST /v1/responses` it is, the one it followed and in how
 * many parts it lies · `["w", ws, "kept_part", id, n]` – the parts: JSON of what was asked and answered. Written
 * unless the request says `store: false`, parts first; all expire together after 30 days, as OpenAI's do.
 *
 * Each answer keeps only its own turn and the id of the one before: a long conversation is read back turn by turn
 * and stored once. An item's id holds its response's, so that a reference needs no index.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const options = { slice: "gateway", version: 1, retention: "expires" } as const;
export const keptResponseKey = defineKey("kept_response", options);
export const keptPartKey = defineKey("kept_part", { ...options, encoding: "bytes" });

export const keptKeys = [keptResponseKey, keptPartKey];
