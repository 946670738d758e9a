/**
 * Telling another instance to look at a run it owns: a note under its id and a bell it watches. On an
 * exclusive store there is no other instance and nothing is watched.
 */
import { bellKey, rungKey } from "./keys.ts";
import type { EngineDeps } from "./deps.ts";

export class Neighbours {
  readonly #deps: EngineDeps;
  readonly #poke: (runId: string) => void;
  #stop = new AbortController();
  #listening = false;
  #again = false;

  constructor(deps: EngineDeps, poke: (runId: string) => void) {
    this.#deps = deps;
    this.#poke = poke;
    this.#watch();
  }

  async ring(workspaceId: string, runId: string, instanceId: string): Promise<void> {
    const { kv } = this.#deps.ctx;
    await kv.submit(
      kv.writeSet("run")
        .touch(rungKey(instanceId, runId), { v: 1, ws: workspaceId })
        .touch(bellKey(instanceId), this.#deps.ctx.clock.now()),
    );
  }

  /** The instance has another id now. */
  restart(): void {
    this.stop();
    this.#stop = new AbortController();
    this.#watch();
  }

  stop(): void {
    this.#stop.abort();
  }

  #watch(): void {
    const { kv, log } = this.#deps.ctx;
    if (kv.exclusive) return;
    const { signal } = this.#stop;
    kv.watch([bellKey(this.#deps.instance.id)], signal, () => void this.#listen())
      .catch((error) => log.warn("bell is not heard", { error: String(error) }));
  }

  async #listen(): Promise<void> {
    if (this.#listening) {
      this.#again = true;
      return;
    }
    this.#listening = true;
    const { kv } = this.#deps.ctx;
    try {
      do {
        this.#again = false;
        const prefix = rungKey.prefix(this.#deps.instance.id);
        for await (const entry of kv.list({ prefix })) {
          this.#poke(String(entry.key[2]));
          await kv.submit(
            kv.writeSet("run").assume(entry.key, entry.versionstamp).delete(entry.key),
          );
        }
      } while (this.#again);
    } finally {
      this.#listening = false;
    }
  }
}
