/**
 * Gateway: every model call of the program, Muster's own agents and outside programs alike. A call passes rates,
 * redaction, the router, the cache and its budgets, then is tried under one deadline until a model answers
 * (`calls/`); what it cost is settled and recorded. Each of these has its folder; `gateway.ts` puts them together.
 */
export { createGateway, type Gateway, type GatewayOptions } from "./gateway.ts";
export { gatewayKeys } from "./keys.ts";
export { OFFLINE_MODEL } from "./catalogue.ts";
export { CATALOGUE_DATE } from "./catalogue_data.ts";
export type { ProviderHealth } from "./health.ts";
export { VIRTUAL_MODELS } from "./directory/mod.ts";
