/**
 * Telling another instance to look at a run it owns: a note under its id and a bell it watches. On an
 * exclusive store there is no other instance and nothing is watched.
 */
import { delay } from "../kernel/core/clock.ts";
import { bellKey, rungKey } from "./keys.ts";
import type { EngineDeps } from "./deps.ts";

/** A watch that ended is opened again after this. */
const REOPEN_MS = 500;
/** Notes whose bell was not heard are found this often. */
const LOOK_MS = 5_000;

export class Neighbours {
  readonly #deps: EngineDeps;
  readonly #poke: (runId: string) => void;
  #stop = new AbortController();
  #listening = false;
  #again = false;

  constructor(deps: EngineDeps, poke: (runId: string) => void) {
    this.#deps = deps;
    this.#poke = poke;
    this.#start();
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
    this.#start();
  }

  stop(): void {
    this.#stop.abort();
  }

  #start(): void {
    if (this.#deps.ctx.kv.exclusive) return;
    void this.#watch(this.#stop.signal);
    void this.#tick(this.#stop.signal);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { kv, log, clock } = this.#deps.ctx;
    while (!signal.aborted) {
      try {
        await kv.watch([bellKey(this.#deps.instance.id)], signal, () => void this.#listen());
      } catch (error) {
        log.warn("bell is not heard", { error: String(error) });
      }
      await delay(clock, REOPEN_MS, signal).catch(() => {});
    }
  }

  async #tick(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(this.#deps.ctx.clock, LOOK_MS, signal).catch(() => {});
      if (!signal.aborted) await this.#listen();
    }
  }

  /** Never rejects: what was not read is found by the next look. */
  async #listen(): Promise<void> {
    if (this.#listening) {
      this.#again = true;
      return;
    }
    this.#listening = true;
    const { kv, log } = this.#deps.ctx;
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
    } catch (error) {
      log.warn("notes are not read", { error: String(error) });
    } finally {
      this.#listening = false;
    }
  }
}
