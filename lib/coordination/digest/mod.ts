/** The digest: one page of what concerns an agent, instead of every event there was. */
export type { Digest, TaskChange } from "./schema.ts";
export { getDigest } from "./get_digest.ts";
export { isoMs } from "./decide.ts";
