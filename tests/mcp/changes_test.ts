import { assertEquals } from "@std/assert";
import type { App } from "../../lib/app.ts";
import { ManualClock } from "../../lib/kernel/core/clock.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";
import { changeBus } from "../../routes/mcp/changes.ts";
import { BOARD_URI } from "../../routes/mcp/uris.ts";

const kv = { get: () => Promise.resolve({ value: null, versionstamp: null }) };

for (
  const [how, end] of [["breaks", true], ["ends", false]] as readonly (readonly [string, boolean])[]
) {
  Deno.test(`changeBus() follows again when the log ${how}, and says that the board may have changed`, async () => {
    const clock = new ManualClock();
    let followed = 0;
    const again = Promise.withResolvers<void>();
    const armed = Promise.withResolvers<void>();
    const timer = clock.timer.bind(clock);
    clock.timer = (ms, fn) => (armed.resolve(), timer(ms, fn));
    const hub = {
      async *followEvents(_ws: string, _stream: string, { signal }: { signal: AbortSignal }) {
        if (++followed === 1) {
          if (end) throw new Error("the store is gone");
          return;
        }
        again.resolve();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        yield* [];
      },
    };
    const app = { ctx: { kv, clock, log: silentLogger }, hub } as unknown as App;
    const told: unknown[] = [];
    const leave = changeBus(app, "w").subscribe((event) => told.push(event));
    await armed.promise;
    clock.advance(1_000);
    await again.promise;
    assertEquals(told, [{ kind: "resource_updated", uri: BOARD_URI }]);
    leave();
  });
}
