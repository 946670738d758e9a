/** Keeps the end of a growing text in view for as long as the reader stays there. */
import type { RefObject } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

const NEAR_PX = 48;

export interface Follow {
  readonly atEnd: boolean;
  readonly toEnd: () => void;
}

export function useFollow(scroller: RefObject<HTMLElement | null>): Follow {
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);

  const toEnd = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    following.current = true;
    box.scrollTop = box.scrollHeight;
  }, []);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    let last = box.scrollTop;
    const onScroll = () => {
      const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      // Only the reader moves up; growth and our own scrolling move down.
      if (near) following.current = true;
      else if (box.scrollTop < last) following.current = false;
      last = box.scrollTop;
      setAtEnd(near || following.current);
    };
    const grown = new ResizeObserver(() => {
      if (following.current) box.scrollTop = box.scrollHeight;
      else onScroll();
    });
    for (const child of box.children) grown.observe(child);
    grown.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    box.scrollTop = box.scrollHeight;
    return () => {
      grown.disconnect();
      box.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { atEnd, toEnd };
}
