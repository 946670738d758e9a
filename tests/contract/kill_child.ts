/** Commits numbered transactions to a file, says which are acknowledged, and dies where its faults say. */
import { systemClock } from "../../lib/kernel/core/clock.ts";
import { defineKey, openStore, parseFaults, transact } from "../../lib/kernel/kv/mod.ts";

export const record = defineKey("record", { slice: "test", version: 1, retention: "keep" });
export const TOTAL = 40;

if (import.meta.main) {
  const [path, faults] = Deno.args;
  const log = { warn() {} };
  const kv = await openStore({
    path,
    clock: systemClock,
    log,
    tuning: { faults: parseFaults(faults!) },
  });
  let next = 0;
  await Promise.all(Array.from({ length: 4 }, async () => {
    while (next < TOTAL) {
      const n = next++;
      await transact({ kv }, "w", async (tx) => {
        tx.set(record("w", n), { n, seen: await tx.get(record("w", n)) });
        tx.emit("s", { type: "t", n });
      });
      Deno.stdout.writeSync(new TextEncoder().encode(`${n}\n`));
    }
  }));
  await kv.close();
}
