/** One tooltip for the whole page, in the top layer, for everything marked `data-tooltip`. */
import { placeBeside } from "../../lib/ui/place.ts";

const delayMs = 450;
/** Moving on to a neighbour shows its hint at once. */
const warmMs = 300;

export function startTooltips(): void {
  const tip = document.createElement("div");
  tip.id = "tooltip";
  tip.className = "tooltip";
  tip.setAttribute("role", "tooltip");
  tip.popover = "manual";
  document.body.append(tip);
  let host: HTMLElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hiddenAt = 0;

  function show(target: HTMLElement): void {
    const anchor = target.classList.contains("tooltip-host") ? target.firstElementChild : target;
    if (!anchor || !anchor.isConnected) return;
    tip.textContent = target.dataset.tooltip ?? "";
    // An icon button is named by the same words already.
    if (anchor.getAttribute("aria-label") !== tip.textContent) {
      anchor.setAttribute("aria-describedby", tip.id);
    }
    tip.showPopover();
    const at = placeBeside(
      anchor.getBoundingClientRect(),
      {
        width: tip.offsetWidth,
        height: tip.offsetHeight,
      },
      { width: document.documentElement.clientWidth, height: innerHeight },
      {
        side: target.dataset.tooltipSide === "bottom" ? "bottom" : "top",
        align: "center",
        gap: 6,
      },
    );
    tip.style.left = `${at.left}px`;
    tip.style.top = `${at.top}px`;
  }
  function hide(): void {
    clearTimeout(timer);
    if (tip.matches(":popover-open")) {
      tip.hidePopover();
      hiddenAt = performance.now();
    }
    const anchor = host?.classList.contains("tooltip-host") ? host.firstElementChild : host;
    if (anchor?.getAttribute("aria-describedby") === tip.id) {
      anchor.removeAttribute("aria-describedby");
    }
    host = null;
  }
  function enter(event: Event): void {
    const target = event.target instanceof Element
      ? event.target.closest<HTMLElement>("[data-tooltip]")
      : null;
    if (target === host) return;
    hide();
    if (!target) return;
    const byKeyboard = event.type === "focusin";
    if (byKeyboard && !(event.target as Element).matches(":focus-visible")) return;
    host = target;
    const warm = performance.now() - hiddenAt < warmMs;
    timer = setTimeout(() => show(target), byKeyboard || warm ? 0 : delayMs);
  }
  document.addEventListener(
    "pointerover",
    (event) => event.pointerType === "mouse" && enter(event),
  );
  document.addEventListener("focusin", enter);
  document.addEventListener("focusout", hide);
  document.addEventListener("pointerdown", hide, true);
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide(), true);
}
