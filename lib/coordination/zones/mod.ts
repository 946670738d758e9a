/** Zones: who owns a path and everything below it. Zones of different owners never overlap. */
export type { Zone } from "./schema.ts";
export { claimZone, releaseZone, type ZoneClaim } from "./claim_zone.ts";
export { findZone, getZone, listZones, type ZoneQuery } from "./store.ts";
export { zoneIndexes, zoneKeys } from "./keys.ts";
