/** Checkpoints: what an agent needs to go on after it stopped, the newest and the last twenty. */
export type { Checkpoint, CheckpointInput } from "./schema.ts";
export { checkpointsKeys } from "./keys.ts";
export { saveCheckpoint } from "./save_checkpoint.ts";
export { getCheckpoint, listCheckpoints } from "./store.ts";
