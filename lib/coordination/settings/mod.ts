/** Settings of the hub: the areas' numbers in one object, changed as a merge patch. */
export { settingsKey } from "./keys.ts";
export { getSettings, readSettings, type SettingsView } from "./store.ts";
export { updateSettings } from "./update_settings.ts";
export type { CoordinationSettings } from "./schema.ts";
