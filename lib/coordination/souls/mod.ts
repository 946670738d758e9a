/** Souls: what an agent earned by its traces, the abilities that come with it, and who asks for them. */
export type { Ability, Level, Soul, SoulGain } from "./schema.ts";
export { addXp, countTrace, unlockAchievement } from "./change_soul.ts";
export { createSoul } from "./create_soul.ts";
export { streakNow } from "./decide.ts";
export { nextLevelOf, rankOf } from "./levels.ts";
export { soulsKeys } from "./keys.ts";
export { getLevels, getSoul, getStoredSoul, hasAbility, requireRunAbility } from "./store.ts";
export { stagePeerHelped } from "../tallies/mod.ts";
