/** Budgets and rates on three instances over one denokv server. */
import { assert, assertEquals } from "@std/assert";
import { createBudgets, requireBudget, setBudget } from "../../lib/gateway/budgets/mod.ts";
import { LEASE_MS } from "../../lib/gateway/budgets/decide.ts";
import { createLimits } from "../../lib/gateway/limits/mod.ts";
import { limitsSettings } from "../../lib/gateway/limits/schema.ts";
import { type Clock, ManualClock, systemClock } from "../../lib/kernel/core/clock.ts";
import { openStore } from "../../lib/kernel/kv/mod.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";
import { type DenoKvServer, startDenoKv } from "../harness/denokv.ts";

const log = { warn() {} };
const name = (workspaceId: string) =>
  ({ scope: "workspace", subject: workspaceId, period: "total" }) as const;

async function instance(server: DenoKvServer, clock: Clock = systemClock) {
  const kv = await openStore({ path: server.url, clock, log });
  const ctx = { kv, clock, log: silentLogger };
  const budgets = createBudgets(ctx);
  const reserve = async (workspaceId: string, micros: number) => {
    const call = { workspaceId, caller: {}, signal: new AbortController().signal };
    return await budgets.reserve(call, null, micros);
  };
  return { ctx, kv, budgets, reserve };
}
type Instance = Awaited<ReturnType<typeof instance>>;

async function limit({ ctx }: Instance, workspaceId: string, limitMicros: number) {
  await setBudget(ctx, { workspaceId, actor: "test" }, name(workspaceId), { limitMicros });
}

/** Each call costs what it held, so that what is spent says how many there were. */
async function raced(server: DenoKvServer): Promise<void> {
  const all = await Promise.all([instance(server), instance(server), instance(server)]);
  await limit(all[0], "race", 150_000);
  const calls = await Promise.allSettled(
    all.flatMap((one) => Array.from({ length: 100 }, () => one.reserve("race", 1_000))),
  );
  const held = calls.flatMap((call) => call.status === "fulfilled" ? [call.value] : []);
  assertEquals(held.length, 150);
  for (const hold of held) hold.settle(1_000);
  await Promise.all(all.map((one) => one.budgets.close()));
  const { spentMicros, heldMicros, unsettledMicros } = await requireBudget(
    all[0].ctx,
    "race",
    name("race"),
  );
  assertEquals([spentMicros, heldMicros, unsettledMicros], [150_000, 0, 0]);
  await Promise.all(all.map((one) => one.kv.close()));
}

/** Calls one after the other, of which most of what was held comes back: instances hold money at hand. */
async function drained(server: DenoKvServer): Promise<void> {
  const all = await Promise.all([instance(server), instance(server), instance(server)]);
  await limit(all[0], "drain", 1_000_000);
  let spent = 0;
  const spend = async (one: Instance) => {
    try {
      for (;;) {
        (await one.reserve("drain", 1_000)).settle(700);
        spent += 700;
      }
    } catch (error) {
      assertEquals((error as { code: string }).code, "budget_exhausted");
    }
  };
  await Promise.all(all.flatMap((one) => [spend(one), spend(one), spend(one)]));
  // Refused only when less than a call was left.
  assert(spent <= 1_000_000 && spent > 999_000, `${spent}`);
  await Promise.all(all.map((one) => one.budgets.close()));
  assertEquals((await requireBudget(all[0].ctx, "drain", name("drain"))).spentMicros, spent);
  await Promise.all(all.map((one) => one.kv.close()));
}

async function died(server: DenoKvServer): Promise<void> {
  // Its clock stands still, so it never renews: to the others it is dead when its lease is over.
  const stopped = await instance(server, new ManualClock(Date.now() - LEASE_MS - 3_000));
  const lives = await instance(server);
  await limit(lives, "dead", 10_000);
  const late = await stopped.reserve("dead", 4_000);
  const error = await lives.reserve("dead", 6_001).catch((error) => error);
  assertEquals(error.data.unsettledMicros, 4_000);
  (await lives.reserve("dead", 6_000)).settle(6_000);
  // It was only thought dead: what it settles is what counts.
  late.settle(1_000);
  await stopped.budgets.flush("dead");
  (await lives.reserve("dead", 3_000)).settle(3_000);
  await lives.budgets.close();
  const seen = await requireBudget(lives.ctx, "dead", name("dead"));
  assertEquals([seen.spentMicros, seen.unsettledMicros, seen.remainingMicros], [10_000, 0, 0]);
  await Promise.all([stopped.kv.close(), lives.kv.close()]);
}

async function limited(server: DenoKvServer): Promise<void> {
  const all = await Promise.all([instance(server), instance(server), instance(server)]);
  const limits = all.map(({ ctx }) => createLimits(ctx));
  const settings = { limits: limitsSettings.parse({ eachKey: { requestsPerMinute: 30 } }) };
  const call = { workspaceId: "rates", caller: { id: "key:key_a", keyId: "key_a" } };
  const passes = (one: typeof limits[number]) => {
    try {
      one.enter(call, 1, settings);
      return 1;
    } catch {
      return 0;
    }
  };
  let passed = 0;
  for (let round = 0; round < 20; round++) {
    for (const one of limits) passed += passes(one);
    for (const one of limits) await one.share();
  }
  // What the others let pass since they last spoke: at most one each.
  assert(passed >= 28 && passed <= 32, `${passed}`);
  for (const one of limits) one.close();
  await Promise.all(all.map((one) => one.kv.close()));
}

Deno.test("money and rates on three instances over a denokv server", async (t) => {
  await using server = await startDenoKv();
  if (!server) return console.log("denokv not built");
  await t.step("300 calls race for a budget of 150: 150 are held", () => raced(server));
  await t.step("a budget is used to its last call, whoever holds the rest", () => drained(server));
  await t.step("what a dead instance held is spent, until it says otherwise", () => died(server));
  await t.step(
    "a rate holds for all together, to within what they say late",
    () => limited(server),
  );
});
