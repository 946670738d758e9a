/** How long ago, in words that grow older by themselves; the exact time for who points at it. */
import type { JSX } from "preact";
import { formatRelative } from "../../../lib/ui/format.ts";
import { useNow } from "../../_runtime/server_clock.ts";

export function Ago({ iso }: { readonly iso: string }): JSX.Element {
  const exact = iso.slice(0, 19).replace("T", " ");
  return (
    <time dateTime={iso} title={`${exact} UTC`}>{formatRelative(Date.parse(iso), useNow())}</time>
  );
}
