/** What a save makes of a checkpoint. Pure. */
import type { Checkpoint, CheckpointInput } from "./schema.ts";

export type CheckpointState = Omit<Checkpoint, "agentId" | "checkpointAt">;

const EMPTY: CheckpointState = { accomplishments: [], pendingWork: [], filesEdited: [] };

/** Fields the input carries are replaced, the others kept; `[]`, `null` and an empty text clear. */
export function decideCheckpoint(
  before: CheckpointState | null,
  input: CheckpointInput,
): CheckpointState {
  const { accomplishments, pendingWork, filesEdited, conversationSummary, recentContext } =
    before ??
      EMPTY;
  return {
    ...text("conversationSummary", conversationSummary, input.conversationSummary),
    accomplishments: input.accomplishments ?? accomplishments,
    pendingWork: input.pendingWork ?? pendingWork,
    ...text("recentContext", recentContext, input.recentContext),
    filesEdited: input.filesEdited ?? filesEdited,
  };
}

function text<K extends string>(name: K, before: string | undefined, given?: string | null) {
  const now = given === undefined ? before : given;
  return (now ? { [name]: now } : {}) as { readonly [key in K]?: string };
}
