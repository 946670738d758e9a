/** Says that nothing is heard from the server, once that is news. */
import { useEffect, useState } from "preact/hooks";
import { type ChatState, isCut } from "./state.ts";

/** A blink of reconnecting is no news. */
const NEWS_AFTER_MS = 800;

export function useCut(state: ChatState): "offline" | "reconnecting" | null {
  const now = state.stream.value;
  const cut = isCut(now);
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!cut) return;
    const timer = setTimeout(() => setLate(true), NEWS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [cut]);
  if (now === "offline") return "offline";
  return cut && late ? "reconnecting" : null;
}
