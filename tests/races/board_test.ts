/** 50 agents race for one handoff, one task, one claim, one of overlapping zones: exactly one wins. */
import { assertEquals } from "@std/assert";
import { ulidIds } from "../../lib/kernel/core/ids.ts";
import { PRIZES, race } from "../harness/board_race.ts";
import { tempStore } from "../harness/temp_store.ts";

const RACE = { rounds: 200, agents: 50 };

for (const [name, prize] of Object.entries(PRIZES)) {
  Deno.test(`50 agents race for one ${name}: exactly one wins, ${RACE.rounds} rounds`, async () => {
    await using store = await tempStore({ kind: "file" });
    const ctx = { ...store, ids: ulidIds(store.clock.now) };
    const { fair, wrong, events } = await race(prize, [ctx], "race", RACE);
    assertEquals([wrong, fair, events], [[], RACE.rounds, RACE.rounds]);
  });
}
