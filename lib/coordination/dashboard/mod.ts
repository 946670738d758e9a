/** The dashboard of an agent: what was measured of it, put together, and what to do next. */
import type { AppContext } from "../../kernel/context.ts";
import type { Dashboard } from "./schema.ts";

/** Null without a soul. */
export function getDashboard(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _agentId: string,
): Promise<Dashboard | null> {
  throw new Error("not built yet");
}
