/** Memory: what agents found out and want to find again, theirs or the team's. */
export type { Memory, MemoryCategory, MemoryHit, MemoryInput } from "./schema.ts";
export { saveMemory } from "./save_memory.ts";
export { deleteMemory } from "./delete_memory.ts";
export { listMemories, requireMemory } from "./store.ts";
export { recallMemories, type RecallQuery } from "./recall.ts";
export { memoryKeys } from "./keys.ts";
