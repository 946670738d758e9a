/**
 * `["w", ws, "secret", name]` – a provider's or integration's key, sealed with AES-GCM under the master
 * key and bound to workspace and name. Kept until deleted. Trade-off: with the master key lost, what is
 * sealed is lost; it is never readable through the API.
 *
 * `["w", ws, "answer", digest(caller, idempotency key)]` – a write in progress or its answer, for a day.
 * `["w", ws, "answerbody", digest, n]` – parts of a long answer, written before it is marked done.
 *
 * `["w", ws, "apikey", sha256(key)]` – an API key's record, so that a request finds it with one read; the
 * key itself is nowhere. `["w", ws, "apikeyid", keyId]` → that hash, for lists and revoking. Both kept,
 * also once revoked: who had access stays known. `["w", ws, "apikeyuse", keyId]` – epoch ms of the last
 * use, to a few minutes, apart from the record so that noting it never meets a revocation.
 */
import { defineKey } from "../kernel/kv/mod.ts";

export const secretKey = defineKey("secret", { slice: "identity", version: 1, retention: "keep" });
export const answerKey = defineKey("answer", {
  slice: "identity",
  version: 1,
  retention: "expires",
});
export const answerBodyKey = defineKey("answerbody", {
  slice: "identity",
  version: 1,
  retention: "expires",
});

export const apiKeyKey = defineKey("apikey", { slice: "identity", version: 1, retention: "keep" });
export const apiKeyIdKey = defineKey("apikeyid", {
  slice: "identity",
  version: 1,
  retention: "keep",
});
export const apiKeyUseKey = defineKey("apikeyuse", {
  slice: "identity",
  version: 1,
  retention: "keep",
});

export const identityKeys = [
  secretKey,
  answerKey,
  answerBodyKey,
  apiKeyKey,
  apiKeyIdKey,
  apiKeyUseKey,
];
