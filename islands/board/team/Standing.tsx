/** The mark of how an agent stands: a shape of its own for each, so that colour is never the only sign. */
import type { JSX } from "preact";
import type { StandingKind } from "./standing.ts";

const shapes: Readonly<Record<StandingKind, string>> = {
  stuck: "M8 3v6M8 12.4v.1",
  flow: "M3 8.5 6.5 12 13 4.5",
  available: "",
  waiting: "M8 5v3.2l2 1.3",
  idle: "M5 8h6",
  offline: "",
};

export function StandingDot({ kind }: { readonly kind: StandingKind }): JSX.Element {
  return (
    <svg
      class="standing"
      data-kind={kind}
      width="12"
      height="12"
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <circle class="standing-ground" cx="8" cy="8" r={kind === "available" ? 4 : 6.5} />
      {shapes[kind] && <path d={shapes[kind]} />}
    </svg>
  );
}
