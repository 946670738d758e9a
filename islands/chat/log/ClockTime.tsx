/** A point in time in the reader's zone; before hydration in the server's. */
import type { JSX } from "preact";
import { useChat } from "../context.ts";

const pad = (n: number) => String(n).padStart(2, "0");

export function ClockTime({ iso }: { iso: string }): JSX.Element {
  const at = new Date(iso);
  const today = new Date(useChat().state.nowMs.peek()).toDateString() === at.toDateString();
  const clock = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return <time dateTime={iso} title={`${day} ${clock}`}>{today ? clock : `${day} ${clock}`}</time>;
}
