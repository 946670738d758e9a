/** Settings of the hub: the areas' numbers in one object, changed as a merge patch. */
export { settingsKey } from "./keys.ts";
export { readSettings } from "./store.ts";
export type { CoordinationSettings } from "./schema.ts";
