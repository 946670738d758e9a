/**
 * The edge between two panes. Its size is a CSS custom property on the page, `--size-<name>`, set
 * without rendering anything; it is remembered, and the layout restores it before the first paint.
 */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface ResizerProps {
  readonly name: string;
  /** What is resized, such as "Run sidebar". */
  readonly label: string;
  /** Pixels. */
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  /** The side of the resized pane this edge is on. */
  readonly edge: "start" | "end";
}

export const sizeKey = (name: string): string => `muster-size-${name}`;
const stepPx = 16;

export function Resizer(props: ResizerProps): JSX.Element {
  const { label, min, max, edge } = props;
  const { size, apply, reset } = useSize(props);
  const drag = useRef<{ pointer: number; x: number; size: number } | null>(null);

  /** +1 when moving to the right makes the pane larger. */
  function sign(element: Element): number {
    const rtl = getComputedStyle(element).direction === "rtl";
    return (edge === "end") !== rtl ? 1 : -1;
  }
  function onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
    const by = (event.shiftKey ? 4 : 1) * stepPx * sign(event.currentTarget);
    const wanted: Record<string, number> = {
      ArrowRight: size + by,
      ArrowLeft: size - by,
      Home: min,
      End: max,
    };
    const next = wanted[event.key];
    if (event.key === "Enter") reset();
    else if (next !== undefined) apply(next, true);
    else return;
    event.preventDefault();
  }
  function onPointerDown(event: PointerEvent & { currentTarget: HTMLElement }): void {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { pointer: event.pointerId, x: event.clientX, size };
  }
  function onPointerMove(event: PointerEvent & { currentTarget: HTMLElement }): void {
    const from = drag.current;
    if (from?.pointer !== event.pointerId) return;
    apply(from.size + (event.clientX - from.x) * sign(event.currentTarget), false);
  }
  function onPointerEnd(event: PointerEvent): void {
    const from = drag.current;
    if (from?.pointer !== event.pointerId) return;
    drag.current = null;
    if (event.clientX !== from.x) apply(size, true);
  }

  return (
    <div
      class="resizer"
      data-edge={edge}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuetext={`${size} pixels`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onDblClick={reset}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
    />
  );
}

interface Size {
  readonly size: number;
  readonly apply: (wanted: number, remember: boolean) => void;
  readonly reset: () => void;
}

function useSize({ name, min, max, initial }: ResizerProps): Size {
  const [size, setSize] = useState(initial);
  useEffect(() => {
    const kept = Number(localStorage.getItem(sizeKey(name)));
    if (kept >= min && kept <= max) setSize(kept);
  }, []);
  function apply(wanted: number, remember: boolean): void {
    const next = Math.round(Math.max(min, Math.min(max, wanted)));
    document.documentElement.style.setProperty(`--size-${name}`, `${next}px`);
    setSize(next);
    if (remember) localStorage.setItem(sizeKey(name), String(next));
  }
  function reset(): void {
    document.documentElement.style.removeProperty(`--size-${name}`);
    localStorage.removeItem(sizeKey(name));
    setSize(initial);
  }
  return { size, apply, reset };
}
