/** What a dead instance owned is freed and woken: whoever claims a run goes on from its log. */
import type { ListEntry, Store } from "../kernel/kv/mod.ts";
import type { Owner } from "./claim.ts";
import type { EngineDeps } from "./deps.ts";
import { stageWake } from "./jobs.ts";
import { bellKey, ownIndexKey, ownKey, rungKey } from "./keys.ts";

const AT_ONCE = 50;
const LOOK_MS = 5_000;

export async function takeOverRuns(kv: Store, dead: string): Promise<void> {
  let batch: Promise<void>[] = [];
  for await (const entry of kv.list<{ ws: string }>({ prefix: ownIndexKey.prefix(dead) })) {
    batch.push(freeRun(kv, dead, entry));
    if (batch.length < AT_ONCE) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
  for await (const entry of kv.list({ prefix: rungKey.prefix(dead) })) {
    await kv.submit(kv.writeSet("run").delete(entry.key));
  }
  await kv.submit(kv.writeSet("run").delete(bellKey(dead)));
}

/** Deleting the owner record is the fence: no commit of the dead one can pass any more. */
async function freeRun(kv: Store, dead: string, entry: ListEntry<{ ws: string }>): Promise<void> {
  const runId = String(entry.key[2]);
  const { ws } = entry.value;
  for (;;) {
    const own = await kv.get<Owner>(ownKey(ws, runId));
    const set = kv.writeSet("run").delete(entry.key);
    if (own.value?.instance === dead) {
      set.assume(ownKey(ws, runId), own.versionstamp).delete(ownKey(ws, runId));
      stageWake(kv, set, ws, runId);
    }
    if ((await kv.submit(set)).ok) return;
  }
}

/**
 * Runs this instance owns by the store but not in its memory, because a commit took effect that it was not
 * told of. Found twice in a row, such a run is freed and woken.
 */
export class Strays {
  readonly #deps: EngineDeps;
  readonly #isLive: (runId: string) => boolean;
  #suspects = new Set<string>();

  constructor(deps: EngineDeps, isLive: (runId: string) => boolean) {
    this.#deps = deps;
    this.#isLive = isLive;
  }

  watch(stop: AbortSignal): void {
    const { clock, log } = this.#deps.ctx;
    const again = () => {
      const cancel = clock.timer(LOOK_MS, () => {
        stop.removeEventListener("abort", cancel);
        this.look()
          .catch((error) => log.warn("strays are not seen", { error: String(error) }))
          .then(() => stop.aborted || again());
      });
      stop.addEventListener("abort", cancel, { once: true });
    };
    again();
  }

  async look(): Promise<void> {
    const { ctx: { kv, log }, instance: { id } } = this.#deps;
    const suspects = new Set<string>();
    for await (const entry of kv.list<{ ws: string }>({ prefix: ownIndexKey.prefix(id) })) {
      const runId = String(entry.key[2]);
      if (this.#isLive(runId)) continue;
      if (!this.#suspects.has(runId)) suspects.add(runId);
      else {
        log.warn("stray run freed", { run: runId });
        await freeRun(kv, id, entry);
      }
    }
    this.#suspects = suspects;
  }
}
