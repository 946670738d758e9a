/** How long ago, in words that grow older by themselves; the exact time for who points at it. */
import type { JSX } from "preact";
import { formatRelative } from "../../../lib/ui/format.ts";
import { useReading } from "../../_runtime/server_clock.ts";

export function Ago({ iso }: { readonly iso: string }): JSX.Element {
  const exact = iso.slice(0, 19).replace("T", " ");
  const text = useReading(iso, (nowMs) => formatRelative(Date.parse(iso), nowMs));
  return <time dateTime={iso} title={`${exact} UTC`}>{text}</time>;
}
