/** One tooltip for the whole page, in the top layer, for everything marked `data-tooltip`. */
import { placePopover } from "../../lib/ui/place.ts";

const delayMs = 450;
/** Moving on to a neighbour shows its hint at once. */
const warmMs = 300;

export function startTooltips(): void {
  const tip = createTip();
  /** The widths at which the rail shows icons alone, as in shell.css. */
  const collapsed = matchMedia("(600px < width <= 1100px)");
  let host: HTMLElement | null = null;
  let byKeyboard = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hiddenAt = 0;

  function place(): void {
    const anchor = host && anchorOf(host);
    if (!host || !anchor) return;
    const side = host.dataset.tooltipSide === "bottom" ? "bottom" : "top";
    placePopover(tip, anchor, { side, align: "center", gap: 6 });
  }
  function show(): void {
    const anchor = host && anchorOf(host);
    if (!host || !anchor?.isConnected) return;
    tip.textContent = host.dataset.tooltip ?? "";
    // An icon button is named by the same words already.
    if (anchor.getAttribute("aria-label") !== tip.textContent) {
      anchor.setAttribute("aria-describedby", tip.id);
    }
    tip.showPopover();
    place();
  }
  function hide(): void {
    clearTimeout(timer);
    if (tip.matches(":popover-open")) {
      tip.hidePopover();
      hiddenAt = performance.now();
    }
    const anchor = host && anchorOf(host);
    if (anchor?.getAttribute("aria-describedby") === tip.id) {
      anchor.removeAttribute("aria-describedby");
    }
    host = null;
  }
  function enter(event: Event): void {
    const target = (event.target as Element).closest<HTMLElement>("[data-tooltip]");
    if (target === host) return;
    hide();
    if (target?.dataset.tooltipWhen === "collapsed" && !collapsed.matches) return;
    byKeyboard = event.type === "focusin";
    if (!target || byKeyboard && !(event.target as Element).matches(":focus-visible")) return;
    host = target;
    const warm = performance.now() - hiddenAt < warmMs;
    timer = setTimeout(show, byKeyboard || warm ? 0 : delayMs);
  }
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") enter(event);
  });
  document.addEventListener("focusin", enter);
  document.addEventListener("focusout", hide);
  document.addEventListener("pointerdown", hide, true);
  // The focus scrolls what it reaches into view: the hint moves along instead of vanishing.
  const scrolled = (): void => byKeyboard ? place() : hide();
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  }, true);
}

function createTip(): HTMLElement {
  const tip = document.createElement("div");
  tip.id = "tooltip";
  tip.className = "tooltip";
  tip.setAttribute("role", "tooltip");
  tip.popover = "manual";
  document.body.append(tip);
  return tip;
}

/** A `Tooltip` has no box of its own: what it stands by is its child. */
function anchorOf(host: HTMLElement): Element | null {
  return host.classList.contains("tooltip-host") ? host.firstElementChild : host;
}
