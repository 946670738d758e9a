/** Hydrates the page's islands: each its own root, its code loaded when it is needed. */
import { type ComponentType, h, hydrate } from "preact";
import { IdScopeContext } from "../../lib/ui/uid.ts";
import { startTooltips } from "./tooltips.ts";

export type IslandLoader = () => Promise<ComponentType<Record<string, unknown>>>;

/** Called by the built entry with one loader per island that pages use. */
export function boot(islands: Record<string, IslandLoader>): void {
  for (const root of document.querySelectorAll<HTMLElement>("mu-island")) {
    whenWanted(root, () => {
      wake(root, islands).catch((error) => {
        // The server's HTML stays readable; the error still reaches the console and `onerror`.
        root.dataset.state = "failed";
        reportError(error);
      });
    });
  }
  startTooltips();
}

async function wake(root: HTMLElement, islands: Record<string, IslandLoader>): Promise<void> {
  const load = islands[root.dataset.name ?? ""];
  if (!load) throw new Error(`No island "${root.dataset.name}" in this build`);
  const component = await load();
  const json = document.getElementById(`${root.id}-props`)?.textContent ?? "{}";
  const scope = { prefix: root.id, next: 0 };
  const island = h(component, JSON.parse(json) as Record<string, unknown>);
  hydrate(h(IdScopeContext.Provider, { value: scope, children: island }), root);
  root.dataset.state = "ready";
}

function whenWanted(root: HTMLElement, run: () => void): void {
  const when = root.dataset.load;
  if (when === "now") run();
  else if (when === "visible") whenVisible(root, run);
  else if ("requestIdleCallback" in globalThis) requestIdleCallback(run, { timeout: 500 });
  else setTimeout(run);
}

function whenVisible(root: HTMLElement, run: () => void): void {
  // The island's own element has no box of its own (`display: contents`): its content is watched.
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    run();
  }, { rootMargin: "200px" });
  const children = [...root.children];
  if (children.length === 0) run();
  else for (const child of children) seen.observe(child);
}
