/** A store in a folder of its own, removed with it. */
import { type Clock, systemClock } from "../../lib/kernel/core/clock.ts";
import { fenceKey } from "../../lib/kernel/jobs/mod.ts";
import { openStore, type Store, type StoreTuning } from "../../lib/kernel/kv/mod.ts";

export interface TempStoreOptions {
  /** Default `memory`. */
  readonly kind?: "memory" | "file";
  readonly clock?: Clock;
  readonly tuning?: StoreTuning;
}

export interface TempStore extends AsyncDisposable {
  readonly kv: Store;
  readonly clock: Clock;
  readonly path: string;
  readonly warnings: string[];
  /**
   * Lets what was begun come to its end: round trips to the store, which answers in order, and turns of the event
   * loop, for which commits wait.
   */
  turn(): Promise<void>;
}

const TURN_TRIPS = 3;

export async function tempStore(options: TempStoreOptions = {}): Promise<TempStore> {
  const clock = options.clock ?? systemClock;
  const folder = options.kind === "file" ? await Deno.makeTempDir({ prefix: "muster-" }) : null;
  const path = folder ? `${folder}/kv.sqlite` : ":memory:";
  const warnings: string[] = [];
  const log = { warn: (message: string) => void warnings.push(message) };
  const kv = await openStore({ path, clock, log, tuning: options.tuning });
  return {
    kv,
    clock,
    path,
    warnings,
    async turn() {
      for (let trip = 0; trip < TURN_TRIPS; trip++) {
        await kv.getBytes(fenceKey("turn"));
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
    async [Symbol.asyncDispose]() {
      await kv.close();
      if (folder) await Deno.remove(folder, { recursive: true });
    },
  };
}
