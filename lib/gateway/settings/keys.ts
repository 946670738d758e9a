/**
 * `["w", ws, "gw_settings"]` – what this workspace changed, as a merge patch over the defaults: a default that
 * changes with a new version holds wherever nobody chose otherwise. Kept.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

export const gatewaySettingsKey = defineKey("gw_settings", {
  slice: "gateway",
  version: 1,
  retention: "keep",
});
