/** Keeps the gateway's page in step: breakers by their events, calls and what they add up to asked for anew. */
import { followFeed } from "../_runtime/feed.ts";
import { runClock } from "../_runtime/server_clock.ts";
import { type GatewayState, snapshotOf } from "./context.ts";
import { applyEvents, type GatewayEvent } from "./state.ts";

const TYPES = ["call.*", "breaker.*", "budget.*", "provider.*", "model.*"];
/** After something happened: many calls at once are one reading. */
const SOON_MS = 500;
/** Running calls begin without an event. */
const AT_LEAST_MS = 5_000;

/** Starts following; returns what stops it. */
export function goLive(state: GatewayState): () => void {
  const reading = readAnew(state);
  const stops = [
    runClock(state.nowMs),
    reading.stop,
    followFeed({
      types: TYPES,
      after: state.data.peek().cursor,
      state: state.stream,
      reload: async () => {
        const snapshot = await snapshotOf(state.data.peek().period);
        state.data.value = snapshot;
        return snapshot.cursor;
      },
      apply: (events) => {
        const told = events.map((event) => event.data as GatewayEvent);
        state.data.value = applyEvents(state.data.peek(), told);
        reading.soon();
      },
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function readAnew(state: GatewayState): { soon: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let soonSet = false;
  let stopped = false;
  const plan = (inMs: number) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(read, inMs);
  };
  const read = async () => {
    soonSet = false;
    const { period } = state.data.peek();
    try {
      if (!document.hidden) {
        const snapshot = await snapshotOf(period);
        // The period may have been changed meanwhile.
        if (state.data.peek().period === period) state.data.value = snapshot;
      }
    } catch {
      // The feed says when the server is not heard; what was read stays until it is.
    }
    if (!soonSet) plan(AT_LEAST_MS);
  };
  plan(AT_LEAST_MS);
  return {
    soon: () => {
      if (soonSet) return;
      soonSet = true;
      plan(SOON_MS);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
