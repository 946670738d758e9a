/** Keeps an agent's page in step with the server; what is computed from its records is asked for anew. */
import { batch } from "@preact/signals";
import type { Dashboard } from "../../../lib/coordination/dashboard/schema.ts";
import { followFeed } from "../../_runtime/feed.ts";
import { get, getPage, path } from "../../_runtime/http.ts";
import { toProblem } from "../../_runtime/problem.ts";
import { runClock } from "../../_runtime/server_clock.ts";
import type { BoardEvent } from "../../board/state.ts";
import type { AgentState } from "./context.ts";
import { agentData, type AgentSnapshot, applyAgentEvents } from "./state.ts";

const TYPES = [
  "agent.*",
  "task.*",
  "lock.*",
  "zone.*",
  "claim.*",
  "handoff.*",
  "message.*",
  "checkpoint.*",
  "memory.*",
  "trace.*",
  "escalation.*",
  "soul.*",
  "shadow.*",
];

/** After something of the agent's own happened. */
const DASHBOARD_SOON_MS = 400;
/** Streaks run out and minutes in flow grow without an event. */
const DASHBOARD_AT_LEAST_MS = 60_000;

/** Starts following; returns what stops it. */
export function goLive(state: AgentState, cursor: string): () => void {
  const dashboard = refreshDashboard(state);
  const own = `agent:${state.agentId}`;
  const stops = [
    runClock(state.nowMs),
    dashboard.stop,
    followFeed({
      types: TYPES,
      after: cursor,
      state: state.stream,
      reload: async () => {
        const snapshot = await getPage<AgentSnapshot>(`${path("agents", state.agentId)}/snapshot`);
        state.data.value = agentData(snapshot);
        return snapshot.board.cursor;
      },
      apply: (events) =>
        batch(() => {
          const told = events.map((event) => event.data as BoardEvent);
          state.data.value = applyAgentEvents(state.data.peek(), state.agentId, told);
          if (told.some((event) => event.stream === own)) dashboard.soon();
        }),
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function refreshDashboard(state: AgentState): { soon: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let soonSet = false;
  const plan = (inMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(refresh, inMs);
  };
  const refresh = async () => {
    soonSet = false;
    try {
      if (!document.hidden) await load(state);
    } catch {
      // The feed says when the server is not heard; what was measured stays until it is.
    }
    if (!soonSet) plan(DASHBOARD_AT_LEAST_MS);
  };
  plan(DASHBOARD_AT_LEAST_MS);
  return {
    soon: () => {
      if (soonSet) return;
      soonSet = true;
      plan(DASHBOARD_SOON_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

async function load(state: AgentState): Promise<void> {
  try {
    const { dashboard } = await get<{ dashboard: Dashboard }>(
      path("agents", state.agentId, "dashboard"),
    );
    const data = state.data.peek();
    const { agentId } = state;
    const standing = { agentId, ...dashboard.flow, level: dashboard.level.current };
    const team = new Map(data.board.team).set(agentId, standing);
    state.data.value = { ...data, dashboard, board: { ...data.board, team } };
  } catch (error) {
    // Without a soul there is none.
    if (toProblem(error).status !== 404) throw error;
  }
}
