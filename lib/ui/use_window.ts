/** Which rows of a long list lie in view, following the scroll of the nearest scrolling ancestor. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { TreeLayout } from "./tree_model.ts";

export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
}

/** Rows kept ready beyond the view; the window moves in steps so that most scrolls render nothing. */
const spareRows = 12;
const stepRows = 8;

export function scrollerOf(element: Element): Element {
  for (let at = element.parentElement; at; at = at.parentElement) {
    const { overflowY } = getComputedStyle(at);
    if (overflowY === "auto" || overflowY === "scroll") return at;
  }
  return document.scrollingElement ?? document.documentElement;
}

/** The part of the scroller's view that falls on the list, in the list's coordinates. */
export function viewOn(list: Element, scroller: Element): { top: number; height: number } {
  const page = scroller === document.scrollingElement;
  const top = page ? 0 : scroller.getBoundingClientRect().top + scroller.clientTop;
  return { top: top - list.getBoundingClientRect().top, height: scroller.clientHeight };
}

/** Null until measured: the first render is the server's. */
export function useWindow(
  list: RefObject<HTMLElement | null>,
  layout: TreeLayout,
  count: number,
): RowWindow | null {
  const [shown, setShown] = useState<RowWindow | null>(null);
  const latest = useRef({ layout, count });
  latest.current = { layout, count };

  const measure = useRef(() => {
    if (!list.current) return;
    const { layout, count } = latest.current;
    const view = viewOn(list.current, scrollerOf(list.current));
    const from = layout.indexAt(Math.max(0, view.top)) - spareRows;
    const to = layout.indexAt(Math.max(0, view.top + view.height)) + 1 + spareRows;
    const first = Math.max(0, Math.floor(from / stepRows) * stepRows);
    const last = Math.min(count, Math.ceil(to / stepRows) * stepRows);
    setShown((old) => old?.first === first && old.last === last ? old : { first, last });
  }).current;

  useLayoutEffect(() => {
    if (!list.current) return;
    const scroller = scrollerOf(list.current);
    const source = scroller === document.scrollingElement ? document : scroller;
    source.addEventListener("scroll", measure, { passive: true });
    const resized = new ResizeObserver(measure);
    resized.observe(scroller);
    return () => {
      source.removeEventListener("scroll", measure);
      resized.disconnect();
    };
  }, []);
  useLayoutEffect(measure, [layout, count]);
  return shown;
}
