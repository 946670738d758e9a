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
import { meteredUpstream } from "../harness/metered_upstream.ts";
import { type ServerProcess, startServer } from "../harness/server.ts";

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
  await limit(all[0], "race", 60_000);
  const calls = await Promise.allSettled(
    all.flatMap((one) => Array.from({ length: 100 }, () => one.reserve("race", 1_000))),
  );
  const held = calls.flatMap((call) => call.status === "fulfilled" ? [call.value] : []);
  assertEquals(held.length, 60);
  for (const hold of held) hold.settle(1_000);
  await Promise.all(all.map((one) => one.budgets.close()));
  const { spentMicros, heldMicros, unsettledMicros } = await requireBudget(
    all[0].ctx,
    "race",
    name("race"),
  );
  assertEquals([spentMicros, heldMicros, unsettledMicros], [60_000, 0, 0]);
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
  // Refused when less than a call was left, or others took long to write what they had settled.
  assert(spent <= 1_000_000 && spent > 990_000, `${spent}`);
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
  assert(passed >= 28 && passed <= 35, `${passed}`);
  for (const one of limits) one.close();
  await Promise.all(all.map((one) => one.kv.close()));
}

async function send(server: ServerProcess, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const ask = async (server: ServerProcess, n: number) => {
  const content = `Say word number ${String(n).padStart(4, "0")}`;
  const body = { model: "gpt-4o-mini", max_tokens: 100, messages: [{ role: "user", content }] };
  return (await send(server, "POST", "/v1/chat/completions", body)).status;
};

/** 200 programs ask three servers at once; one of the servers is killed while its calls are under way. */
async function served(denokv: DenoKvServer): Promise<void> {
  const killed = Promise.withResolvers<"answer">();
  const under = Promise.withResolvers<void>();
  await using upstream = meteredUpstream((_, nth) => {
    if (nth === 31) under.resolve();
    return nth > 1 && nth <= 31 ? killed.promise : "answer";
  });
  const start = () => startServer({ kvPath: denokv.url, env: upstream.env });
  const servers = await Promise.all([start(), start(), start()]);
  await using dies = servers[0];
  await using first = servers[1];
  await using second = servers[2];
  const path = "/api/v1/budgets/workspace/default/total";
  await send(first, "PUT", path, { limitMicros: 1_000_000 });
  assertEquals(await ask(first, 0), 200);
  const cost = (await send(first, "GET", path)).body.budget.spentMicros;
  await send(first, "PUT", path, { limitMicros: 61 * cost });
  const dying = Array.from({ length: 30 }, (_, n) => ask(dies, 1_000 + n).catch(() => 0));
  await under.promise;
  dies.kill("SIGKILL");
  await Promise.all(dying);
  killed.resolve("answer");
  const statuses = await Promise.all(
    Array.from({ length: 170 }, (_, n) => ask(n % 2 ? first : second, n + 1)),
  );
  // 1 and 30 that were sent and never heard of again: 30 are left, wherever they are asked for.
  const answered = statuses.filter((status) => status === 200).length;
  assertEquals([answered, statuses.filter((status) => status === 402).length], [30, 140]);
  assertEquals(upstream.arrivals.length, 61);
  const sums = (await send(second, "GET", "/api/v1/gateway/usage?by=model")).body.total;
  assertEquals([sums.calls - sums.refused, sums.costMicros], [31, 31 * cost]);
}

Deno.test("money and rates on three instances over a denokv server", async (t) => {
  await using server = await startDenoKv();
  if (!server) return console.log("denokv not built");
  await t.step("300 calls race for a budget of 60: 60 are held", () => raced(server));
  await t.step("a budget is used to its last call, whoever holds the rest", () => drained(server));
  await t.step("what a dead instance held is spent, until it says otherwise", () => died(server));
  await t.step("three servers spend one budget, one of them is killed", () => served(server));
  await t.step(
    "a rate holds for all together, to within what they say late",
    () => limited(server),
  );
});
