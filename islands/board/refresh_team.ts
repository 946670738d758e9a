/** How agents stand is a reading of their traces, made by the server: asked for when it may have changed. */
import { getPage } from "../_runtime/http.ts";
import type { TeamState } from "./state.ts";

/** Asked at most this often, however much happens. */
const EVERY_MS = 1_500;
/** Minutes in flow grow and agents fall silent without an event. */
const AT_LEAST_MS = 60_000;

export interface TeamRefresh {
  readonly soon: () => void;
  readonly stop: () => void;
}

export function refreshTeam(put: (team: ReadonlyMap<string, TeamState>) => void): TeamRefresh {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Infinity;
  const plan = (inMs: number) => {
    const at = performance.now() + inMs;
    if (at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(refresh, inMs);
  };
  const refresh = async () => {
    due = Infinity;
    try {
      if (!document.hidden) {
        const { team } = await getPage<{ team: TeamState[] }>("/board/team");
        put(new Map(team.map((state) => [state.agentId, state])));
      }
    } catch {
      // The feed says when the server is not heard; what was known stays until it is.
    }
    plan(AT_LEAST_MS);
  };
  plan(AT_LEAST_MS);
  return { soon: () => plan(EVERY_MS), stop: () => clearTimeout(timer) };
}
