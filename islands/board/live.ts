/** Keeps the board in step with the server: one feed, and the agents' standing asked for when it may have changed. */
import { batch, effect } from "@preact/signals";
import { getPage } from "../_runtime/http.ts";
import { followFeed } from "../_runtime/feed.ts";
import { runClock } from "../_runtime/server_clock.ts";
import type { BoardState } from "./context.ts";
import { refreshTeam } from "./refresh_team.ts";
import { applyEvents, boardData, type BoardEvent, type BoardSnapshot } from "./state.ts";

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

const aboutTeam = /^(?:agent\.|escalation\.|trace\.|soul\.)/;

/** Starts following; returns what stops it. */
export function goLive(state: BoardState, cursor: string): () => void {
  const team = refreshTeam((fresh) => {
    state.data.value = { ...state.data.peek(), team: fresh };
  });
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

/** The tab says how many agents need a person, also while another tab is looked at. */
function nameTab(state: BoardState): () => void {
  return effect(() => {
    const waiting = state.data.value.escalations.size;
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}Board – Muster`;
  });
}
