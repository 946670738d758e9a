/** A page's clock in the server's time: what counts down must not hang on the reader's clock. */
import { computed, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";

const SECOND_MS = 1_000;

/** `nowMs` is the server's time when the page was made; the first render shows exactly that. */
export function serverClock(nowMs: number): Signal<number> {
  return signal(nowMs);
}

/** Ticks every second while the page is seen; returns what stops it. */
export function runClock(clock: Signal<number>): () => void {
  const skewMs = clock.peek() - Date.now();
  const tick = () => {
    if (!document.hidden) clock.value = Date.now() + skewMs;
  };
  const timer = setInterval(tick, SECOND_MS);
  document.addEventListener("visibilitychange", tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tick);
  };
}

/** The page's clock, for what shows times anywhere on it. */
export const ClockContext = createContext<Signal<number> | null>(null);

/** The server's time now, in ms; who asks renders again every second. */
export function useNow(): number {
  return useClock().value;
}

/** What the time means for `key`; who asks renders again only when that changes, not every second. */
export function useReading<T>(key: string, read: (nowMs: number) => T): T {
  const clock = useClock();
  return useMemo(() => computed(() => read(clock.value)), [clock, key]).value;
}

function useClock(): Signal<number> {
  const clock = useContext(ClockContext);
  if (!clock) throw new Error("A time stands outside ClockContext");
  return clock;
}
