/** The number of open tasks beside the board's entry in the navigation. */
import type { JSX } from "preact";
import { formatShort } from "../../lib/ui/format.ts";
import { sharedOpenCount } from "./open_count.ts";

export function OpenCount({ count }: { readonly count: number }): JSX.Element | null {
  const open = sharedOpenCount.value ?? count;
  if (open === 0) return null;
  return (
    <span class="nav-count">
      {formatShort(open)}
      <span class="visually-hidden">open tasks</span>
    </span>
  );
}
