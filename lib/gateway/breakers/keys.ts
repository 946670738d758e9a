/**
 * `["w", ws, "gw_breaker", provider, model]` – a breaker that has counted a failure; one that never did has no
 * record and is closed. Written when a failure is counted or a state changes, never by a call that succeeds
 * on a closed one. Kept: there are as many as models.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

export const breakerKey = defineKey("gw_breaker", {
  slice: "gateway",
  version: 1,
  retention: "keep",
});

export const breakersKeys = [breakerKey];
