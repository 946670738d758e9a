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
  for (const [name, prize] of Object.entries(PRIZES)) {
    await t.step(`race for one ${name}: exactly one wins, ${RACE.rounds} rounds`, async () => {
      const { fair, wrong, events } = await race(prize, instances, name, RACE);
      assertEquals([wrong, fair, events], [[], RACE.rounds, RACE.rounds]);
    });
  }
  await Promise.all(instances.map(({ kv }) => kv.close()));
});
