/** The digest: one page of what concerns an agent, instead of every event there was. */
import type { AppContext } from "../../kernel/context.ts";
import type { Digest } from "./schema.ts";

/** `since`: an ISO time or `nextCursor` of the last digest; default one day back. Writes nothing. */
export function getDigest(
  _ctx: AppContext,
  _workspaceId: string,
  _query: { readonly agentId: string; readonly since?: string },
): Promise<Digest> {
  throw new Error("not built yet");
}
