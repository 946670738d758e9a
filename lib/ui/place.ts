/** Places a floating box beside its anchor inside the window. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Placement {
  readonly side: "top" | "bottom";
  readonly align: "start" | "center" | "end";
  readonly gap: number;
}

const margin = 8;

/** Pure: rectangles in, coordinates out. Turns to the other side when the wanted one has no room and the other has more. */
export function placeBeside(
  anchor: Box,
  box: Pick<Box, "width" | "height">,
  window: Pick<Box, "width" | "height">,
  { side, align, gap }: Placement,
): { left: number; top: number; side: "top" | "bottom" } {
  const roomAbove = anchor.top - gap - margin;
  const roomBelow = window.height - anchor.top - anchor.height - gap - margin;
  const wanted = side === "top" ? roomAbove : roomBelow;
  const other = side === "top" ? roomBelow : roomAbove;
  const turned = wanted < box.height && other > wanted;
  const above = (side === "top") !== turned;
  const top = above ? anchor.top - gap - box.height : anchor.top + anchor.height + gap;
  const slack = anchor.width - box.width;
  const left = anchor.left + (align === "start" ? 0 : align === "end" ? slack : slack / 2);
  return {
    left: clamp(left, margin, window.width - box.width - margin),
    top: clamp(top, margin, window.height - box.height - margin),
    side: above ? "top" : "bottom",
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/** Moves an element of the top layer, which must be shown already to have a size. */
export function placePopover(box: HTMLElement, anchor: Element, placement: Placement): void {
  const size = { width: box.offsetWidth, height: box.offsetHeight };
  const page = { width: document.documentElement.clientWidth, height: innerHeight };
  const at = placeBeside(anchor.getBoundingClientRect(), size, page, placement);
  box.style.left = `${at.left}px`;
  box.style.top = `${at.top}px`;
}
