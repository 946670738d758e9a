/** Attempts under way in this process: a stop ends them, and lets none begin. */
import type { Watch } from "../upstream/watch.ts";

export class OpenAttempts {
  readonly #watches = new Set<Watch>();
  #stopping = false;

  get stopping(): boolean {
    return this.#stopping;
  }

  add(watch: Watch): void {
    this.#watches.add(watch);
    if (this.#stopping) watch.stop();
  }

  delete(watch: Watch): void {
    this.#watches.delete(watch);
  }

  stop(): void {
    this.#stopping = true;
    for (const watch of [...this.#watches]) watch.stop();
  }
}
