/** Says that nothing is heard from the server, once that is news: what stands here may be old. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Chip } from "../../lib/ui/badge.tsx";
import type { StreamState } from "../_runtime/sse.ts";

/** A blink of reconnecting is no news. */
const NEWS_AFTER_MS = 800;

const texts: Partial<Record<StreamState, string>> = {
  reconnecting: "Reconnecting",
  offline: "Offline",
  closed: "Not live",
};

export function StreamChip({ stream }: { readonly stream: Signal<StreamState> }): JSX.Element {
  const text = texts[stream.value];
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!text) return;
    const timer = setTimeout(() => setLate(true), NEWS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span class="stream-state" role="status">
      {text && (late || stream.value === "offline") && <Chip tone="warn" icon="clock">{text}</Chip>}
    </span>
  );
}
