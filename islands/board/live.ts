/** Keeps the board in step with the server: one feed, and the agents' standing asked for when it may have changed. */
import { batch, effect } from "@preact/signals";
import { getPage } from "../_runtime/http.ts";
import { followFeed } from "../_runtime/feed.ts";
import { runClock } from "../_runtime/server_clock.ts";
import type { BoardState } from "./context.ts";
import {
  applyEvents,
  boardData,
  type BoardEvent,
  type BoardSnapshot,
  type TeamState,
} from "./state.ts";

const TYPES = [
  "task.*",
  "agent.*",
  "lock.*",
  "zone.*",
  "claim.*",
  "handoff.*",
  "chat.*",
  "escalation.*",
  "trace.*",
  "soul.changed",
];

/** How an agent stands is a reading of its traces, made by the server; asked at most this often. */
const TEAM_EVERY_MS = 2_000;
/** Minutes in flow grow and agents fall silent without an event. */
const TEAM_AT_LEAST_MS = 60_000;
const aboutTeam = /^(?:agent\.|escalation\.|trace\.|soul\.)/;

/** Starts following; returns what stops it. */
export function goLive(state: BoardState, cursor: string): () => void {
  const team = refreshTeam(state);
  const reload = async () => {
    const snapshot = await getPage<BoardSnapshot>("/board/snapshot");
    batch(() => {
      state.data.value = boardData(snapshot);
      state.doneCursor.value = snapshot.doneCursor;
    });
    return snapshot.cursor;
  };
  const stops = [
    runClock(state.nowMs),
    team.stop,
    followFeed({
      types: TYPES,
      after: cursor,
      state: state.stream,
      reload,
      apply: (events) => {
        state.data.value = applyEvents(
          state.data.peek(),
          events.map((event) => event.data as BoardEvent),
        );
        if (events.some((event) => aboutTeam.test(event.type))) team.soon();
      },
    }),
    nameTab(state),
  ];
  return () => stops.forEach((stop) => stop());
}

function refreshTeam(state: BoardState): { soon: () => void; stop: () => void } {
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
        const { items } = await getPage<{ items: TeamState[] }>("/board/team");
        const team = new Map(items.map((item) => [item.agentId, item]));
        state.data.value = { ...state.data.peek(), team };
      }
    } catch {
      // The feed says when the server is not heard; what was known stays until it is.
    }
    plan(TEAM_AT_LEAST_MS);
  };
  plan(TEAM_AT_LEAST_MS);
  return { soon: () => plan(TEAM_EVERY_MS), stop: () => clearTimeout(timer) };
}

/** The tab says how many agents need a person, also while another tab is looked at. */
function nameTab(state: BoardState): () => void {
  return effect(() => {
    const waiting = state.data.value.escalations.size;
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}Board – Muster`;
  });
}
