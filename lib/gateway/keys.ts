/**
 * Key prefixes of the gateway's areas; each says its layout in its own keys.ts: `["w", ws, "gw_settings"]` and
 * `["w", ws, "gw_provider" | "gw_model", id]` here, the others beside their area. A new one is a line here.
 */
import { breakersKeys } from "./breakers/keys.ts";
import { cacheKeys } from "./cache/mod.ts";
import { budgetsKeys } from "./budgets/keys.ts";
import { directoryKeys } from "./directory/keys.ts";
import { keptKeys } from "./kept/keys.ts";
import { ledgerKeys } from "./ledger/keys.ts";
import { limitsKeys } from "./limits/keys.ts";
import { routingKeys } from "./routing/keys.ts";
import { gatewaySettingsKey } from "./settings/keys.ts";

export const gatewayKeys = [
  gatewaySettingsKey,
  ...breakersKeys,
  ...budgetsKeys,
  ...cacheKeys,
  ...directoryKeys,
  ...keptKeys,
  ...ledgerKeys,
  ...limitsKeys,
  ...routingKeys,
];
