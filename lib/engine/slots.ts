/** How many runs of one workspace execute at once; the others wait their turn as `pending`. */
interface Place {
  readonly running: Set<string>;
  readonly waiting: { readonly id: string; readonly begin: () => unknown }[];
}

export class Slots {
  readonly #limit: number;
  readonly #places = new Map<string, Place>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  enter(workspaceId: string, id: string, begin: () => unknown): void {
    let place = this.#places.get(workspaceId);
    if (!place) this.#places.set(workspaceId, place = { running: new Set(), waiting: [] });
    if (place.running.size < this.#limit) {
      place.running.add(id);
      begin();
    } else place.waiting.push({ id, begin });
  }

  /** Begins one that waits, over the limit: somebody wants something of it now. */
  promote(workspaceId: string, id: string): void {
    const place = this.#places.get(workspaceId);
    const at = place?.waiting.findIndex((waiting) => waiting.id === id) ?? -1;
    if (!place || at < 0) return;
    const [next] = place.waiting.splice(at, 1);
    place.running.add(id);
    next!.begin();
  }

  leave(workspaceId: string, id: string): void {
    const place = this.#places.get(workspaceId);
    if (!place) return;
    if (!place.running.delete(id)) {
      const at = place.waiting.findIndex((waiting) => waiting.id === id);
      if (at >= 0) place.waiting.splice(at, 1);
      return;
    }
    const next = place.waiting.shift();
    if (next) {
      place.running.add(next.id);
      next.begin();
    } else if (place.running.size === 0) this.#places.delete(workspaceId);
  }
}
