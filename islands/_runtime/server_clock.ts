/** A page's clock in the server's time: what counts down must not hang on the reader's clock. */
import { type Signal, signal } from "@preact/signals";

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
