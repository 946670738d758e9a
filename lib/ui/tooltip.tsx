/**
 * A hint on hover and focus. The mark is plain HTML; the page's runtime shows one tooltip for the
 * whole page in the top layer, so that nothing clips it. It adds to a name and never is the only one.
 */
import type { ComponentChildren, JSX } from "preact";

export interface TooltipProps {
  readonly text: string;
  readonly side?: "top" | "bottom";
  readonly children: ComponentChildren;
}

export function Tooltip({ text, side = "top", children }: TooltipProps): JSX.Element {
  return <span class="tooltip-host" data-tooltip={text} data-tooltip-side={side}>{children}</span>;
}
