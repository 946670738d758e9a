/** What the navigation counts, for every page that shows it. */
import type { App } from "../../lib/app.ts";
import { countTasks } from "../../lib/coordination/tasks/mod.ts";

export interface NavCounts {
  readonly openTasks: number;
}

export async function navCounts(app: App, workspaceId: string): Promise<NavCounts> {
  const counts = await countTasks(app.ctx, workspaceId);
  return { openTasks: counts["todo"] + counts["in-progress"] + counts["blocked"] };
}
