/** The board on three instances over one denokv server: of 50 agents spread over them exactly one wins. */
import { assertEquals } from "@std/assert";
import { systemClock } from "../../lib/kernel/core/clock.ts";
import { ulidIds } from "../../lib/kernel/core/ids.ts";
import { openStore } from "../../lib/kernel/kv/mod.ts";
import { PRIZES, race } from "../harness/board_race.ts";
import { startDenoKv } from "../harness/denokv.ts";

const RACE = { rounds: 200, agents: 50 };
const log = { warn() {}, error() {} };

async function instance(url: string) {
  const kv = await openStore({ path: url, clock: systemClock, log });
  return { kv, clock: systemClock, ids: ulidIds(systemClock.now) };
}

Deno.test("50 agents on three instances over a denokv server", async (t) => {
  await using server = await startDenoKv();
  if (!server) return console.log("denokv not built");
  const instances = await Promise.all([1, 2, 3].map(() => instance(server.url)));
  // Side by side, each in its own workspace: they mostly wait for the store.
  const results = await Promise.all(
    Object.entries(PRIZES).map(async ([name, prize]) =>
      [name, await race(prize, instances, name, RACE)] as const
    ),
  );
  await Promise.all(instances.map(({ kv }) => kv.close()));
  for (const [name, { fair, wrong, events }] of results) {
    await t.step(`race for one ${name}: exactly one wins, ${RACE.rounds} rounds`, () => {
      assertEquals([wrong, fair, events], [[], RACE.rounds, RACE.rounds]);
    });
  }
});
