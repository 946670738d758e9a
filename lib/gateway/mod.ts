/**
 * Gateway: every model call of the program. Which models there are and what they cost, the servers that offer them,
 * one attempt at a call with its stream, and the offline demonstration model. Routing by complexity, fallback,
 * breakers, rate limits and the cache stand before `chat` when they come; `Route` is the router's place.
 */
export { createGateway, type Gateway, type GatewayOptions } from "./gateway.ts";
export { gatewayKeys } from "./keys.ts";
export { OFFLINE_MODEL } from "./catalogue.ts";
export { CATALOGUE_DATE } from "./catalogue_data.ts";
export type { ProviderHealth } from "./health.ts";
export { VIRTUAL_MODELS } from "./resolve.ts";
