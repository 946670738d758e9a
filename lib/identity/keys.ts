/**
 * `["w", ws, "secret", name]` – a provider's or integration's key, sealed with AES-GCM under the master
 * key and bound to workspace and name. Kept until deleted. Trade-off: with the master key lost, what is
 * sealed is lost; it is never readable through the API.
 */
import { defineKey } from "../kernel/kv/mod.ts";

export const secretKey = defineKey("secret", { slice: "identity", version: 1, retention: "keep" });

export const identityKeys = [secretKey];
