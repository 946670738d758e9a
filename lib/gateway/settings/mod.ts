/** Settings: the areas' numbers in one object, from memory at each call, changed as a merge patch. */
export { gatewaySettingsKey } from "./keys.ts";
export { createSettings, type LiveSettings, type SettingsView } from "./settings.ts";
