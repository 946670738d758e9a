import { assert, assertEquals, assertRejects } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import { type Clock, ManualClock, systemClock } from "../../kernel/core/clock.ts";
import { readEvents } from "../../kernel/events/mod.ts";
import { openStore } from "../../kernel/kv/mod.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import { type Budgets, createBudgets, type HeldMoney } from "./mod.ts";
import { budgetAccountKey } from "./keys.ts";
import type { BudgetPeriod, BudgetScope } from "./schema.ts";
import { getBudget, requireBudget } from "./store.ts";
import { removeBudget, resetBudget, setBudget } from "./set_budget.ts";

const WS = "default";
const ADMIN = { workspaceId: WS, actor: "user:local" };
const NOON = Date.UTC(2026, 10, 21, 12);

async function world<C extends Clock = ManualClock>(given?: C) {
  const clock = given ?? new ManualClock(NOON) as Clock as C;
  const kv = await openStore({ path: ":memory:", clock, log: { warn() {} } });
  const ctx = { kv, clock, log: silentLogger };
  const budgets = createBudgets(ctx);
  const set = async (
    scope: BudgetScope,
    subject: string,
    limitMicros: number,
    period: BudgetPeriod = "total",
  ) => {
    await setBudget(ctx, ADMIN, { scope, subject, period }, { limitMicros });
    await budgets.changed(WS);
  };
  const see = async (scope: BudgetScope, subject: string, period: BudgetPeriod = "total") => {
    await budgets.flush(WS);
    return await requireBudget(ctx, WS, { scope, subject, period });
  };
  return { ctx, clock, budgets, set, see, [Symbol.asyncDispose]: () => kv.close() };
}

const { signal } = new AbortController();
const reserve = async (budgets: Budgets, micros: number, caller = {}): Promise<HeldMoney> =>
  await budgets.reserve({ workspaceId: WS, caller, signal }, null, micros);

const exhausted = async (call: Promise<unknown>) => {
  const error = await assertRejects(() => call, AppError);
  assertEquals(error.code, "budget_exhausted");
  return error.data!;
};

async function race(budgets: Budgets, calls: number, micros: number) {
  const results = await Promise.allSettled(
    Array.from({ length: calls }, () => reserve(budgets, micros)),
  );
  return results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
}

Deno.test("reserve() without a budget holds nothing and reads the rules once", async () => {
  await using w = await world();
  const hold = await reserve(w.budgets, 1_000);
  hold.settle(1_000);
  assert(!(w.budgets.reserve({ workspaceId: WS, caller: {}, signal }, null, 1) instanceof Promise));
  assertEquals(
    await getBudget(w.ctx, WS, { scope: "workspace", subject: WS, period: "day" }),
    null,
  );
});

Deno.test("200 concurrent calls against a budget for 50: 50 are held, the rest refused", async () => {
  await using w = await world();
  await w.set("workspace", WS, 50_000);
  const held = await race(w.budgets, 200, 1_000);
  assertEquals(held.length, 50);
  for (const hold of held) hold.settle(1_000);
  const { spentMicros, heldMicros, remainingMicros } = await w.see("workspace", WS);
  assertEquals([spentMicros, heldMicros, remainingMicros], [50_000, 0, 0]);
  await exhausted(reserve(w.budgets, 1));
});

Deno.test("what a call held and did not cost can be used again, also after a refusal", async () => {
  await using w = await world();
  await w.set("workspace", WS, 10_000);
  const first = await reserve(w.budgets, 10_000);
  const { evidence, ...refused } = await exhausted(reserve(w.budgets, 6_000));
  assert(String(evidence).includes("0 of 10000 are left"));
  assertEquals(refused, {
    scope: "workspace",
    subject: WS,
    period: "total",
    limitMicros: 10_000,
    spentMicros: 0,
    heldMicros: 10_000,
    unsettledMicros: 0,
    neededMicros: 6_000,
    clause: "workspace.costMicros",
    limit: 10_000,
    used: 0,
  });
  first.settle(4_000);
  (await reserve(w.budgets, 6_000)).release();
  await exhausted(reserve(w.budgets, 6_001));
  assertEquals((await w.see("workspace", WS)).spentMicros, 4_000);
});

Deno.test("a call that cost more than was held is charged what it cost", async () => {
  await using w = await world();
  await w.set("workspace", WS, 10_000);
  (await reserve(w.budgets, 9_000)).settle(12_000);
  const { spentMicros, remainingMicros } = await w.see("workspace", WS);
  assertEquals([spentMicros, remainingMicros], [12_000, 0]);
  await exhausted(reserve(w.budgets, 1));
});

Deno.test("a cost that is none is charged as what was held", async () => {
  await using w = await world();
  await w.set("workspace", WS, 10_000);
  for (const cost of [NaN, -5, 7.5e299, 0.5]) (await reserve(w.budgets, 1_000)).settle(cost);
  const { spentMicros, heldMicros } = await w.see("workspace", WS);
  assertEquals([spentMicros, heldMicros], [4_000, 0]);
});

Deno.test("settle() and release() count once", async () => {
  await using w = await world();
  await w.set("workspace", WS, 10_000);
  const hold = await reserve(w.budgets, 9_000);
  hold.settle(1_000);
  hold.settle(1_000);
  hold.release();
  const { spentMicros, heldMicros } = await w.see("workspace", WS);
  assertEquals([spentMicros, heldMicros], [1_000, 0]);
});

Deno.test("a call must fit every budget of its caller; one that refuses leaves the others whole", async () => {
  await using w = await world();
  await w.set("workspace", WS, 100_000, "month");
  await w.set("key", "key_a", 5_000);
  await w.set("agent", "phoenix", 3_000, "day");
  const caller = { keyId: "key_a", agentId: "phoenix", sessionId: "ses_1" };
  const refused = await exhausted(reserve(w.budgets, 4_000, caller));
  assertEquals([refused.scope, refused.resetsAt], ["agent", "2026-11-22T00:00:00.000Z"]);
  (await reserve(w.budgets, 3_000, caller)).settle(2_500);
  (await reserve(w.budgets, 4_000, { keyId: "key_b" })).settle(4_000);
  assertEquals((await w.see("agent", "phoenix", "day")).spentMicros, 2_500);
  assertEquals((await w.see("key", "key_a")).spentMicros, 2_500);
  assertEquals((await w.see("workspace", WS, "month")).spentMicros, 6_500);
});

Deno.test("a budget of * is one for each that has none of its own", async () => {
  await using w = await world();
  await w.set("session", "*", 1_000);
  await w.set("session", "ses_rich", 5_000);
  (await reserve(w.budgets, 1_000, { sessionId: "ses_a" })).settle(1_000);
  await exhausted(reserve(w.budgets, 1, { sessionId: "ses_a" }));
  (await reserve(w.budgets, 1_000, { sessionId: "ses_b" })).release();
  (await reserve(w.budgets, 5_000, { sessionId: "ses_rich" })).release();
  const seen = await w.see("session", "ses_a");
  assertEquals([seen.inherited, seen.spentMicros, seen.limitMicros], [true, 1_000, 1_000]);
});

Deno.test("a day's budget begins anew at midnight; a call is charged to the day it was held in", async () => {
  await using w = await world();
  await w.set("workspace", WS, 1_000, "day");
  const before = await reserve(w.budgets, 1_000);
  w.clock.advance(13 * 3_600_000);
  const after = await reserve(w.budgets, 600);
  before.settle(1_000);
  after.settle(500);
  const today = await w.see("workspace", WS, "day");
  assertEquals([today.window, today.spentMicros], ["2026-11-22", 500]);
});

Deno.test("a changed limit keeps what was spent; a reset and a new budget do not", async () => {
  await using w = await world();
  await w.set("workspace", WS, 1_000);
  (await reserve(w.budgets, 1_000)).settle(1_000);
  await exhausted(reserve(w.budgets, 1));
  await w.set("workspace", WS, 1_500);
  (await reserve(w.budgets, 500)).settle(500);
  await exhausted(reserve(w.budgets, 1));
  const name = { scope: "workspace", subject: WS, period: "total" } as const;
  await w.see("workspace", WS);
  await resetBudget(w.ctx, ADMIN, name, "all");
  (await reserve(w.budgets, 1_500)).settle(1_500);
  await w.see("workspace", WS);
  assertEquals(await removeBudget(w.ctx, ADMIN, name), true);
  assertEquals(await removeBudget(w.ctx, ADMIN, name), false);
  await w.budgets.changed(WS);
  (await reserve(w.budgets, 9_999)).settle(9_999);
  await w.set("workspace", WS, 100);
  (await reserve(w.budgets, 100)).release();
});

Deno.test("exhaustion is one event in its window, and another after the limit was raised", async () => {
  await using w = await world();
  await w.set("workspace", WS, 1_000);
  for (let i = 0; i < 3; i++) await exhausted(reserve(w.budgets, 2_000));
  await w.set("workspace", WS, 1_500);
  await exhausted(reserve(w.budgets, 2_000));
  const events = await readEvents(w.ctx, WS, "gateway", {});
  assertEquals(events.map((event) => event.type), [
    "budget.updated",
    "budget.exhausted",
    "budget.updated",
    "budget.exhausted",
  ]);
});

Deno.test("a large budget is drawn from memory, and an idle process gives back what it has at hand", async () => {
  await using w = await world();
  await w.set("workspace", WS, 1_000_000_000);
  (await reserve(w.budgets, 1_000)).settle(10);
  (await reserve(w.budgets, 1_000)).settle(10);
  const call = w.budgets.reserve({ workspaceId: WS, caller: {}, signal }, null, 1_000);
  assert(!(call instanceof Promise), "no commit for a call");
  call.settle(10);
  assert((await w.see("workspace", WS)).heldMicros > 0);
  w.clock.advance(2_000);
  const idle = await w.see("workspace", WS);
  assertEquals([idle.spentMicros, idle.heldMicros], [30, 0]);
});

Deno.test("several processes together hold what there is and no more; none is refused beside idle money", async () => {
  await using w = await world(systemClock);
  await w.set("workspace", WS, 100_000);
  const all = [w.budgets, createBudgets(w.ctx), createBudgets(w.ctx)];
  const held = (await Promise.all(all.map((budgets) => race(budgets, 60, 1_000)))).flat();
  assertEquals(held.length, 100);
  for (const hold of held) hold.settle(1_000);
  for (const budgets of all) await budgets.flush(WS);
  const { spentMicros, heldMicros } = await w.see("workspace", WS);
  assertEquals([spentMicros, heldMicros], [100_000, 0]);
});

Deno.test("what a dead process held counts as spent until somebody knows better", async () => {
  await using w = await world();
  await w.set("workspace", WS, 10_000);
  const name = { scope: "workspace", subject: WS, period: "total" } as const;
  const dead = { heldMicros: 4_000, freeMicros: 0, until: NOON + 60_000, n: 3 };
  const set = w.ctx.kv.writeSet().set(budgetAccountKey(WS, "workspace", WS, "total", "total"), {
    v: 1,
    spentMicros: 1_000,
    slices: { gone: dead },
    unsettled: {},
  });
  await w.ctx.kv.submit(set);
  assertEquals((await requireBudget(w.ctx, WS, name)).unsettledMicros, 4_000);
  assertEquals((await exhausted(reserve(w.budgets, 5_001))).unsettledMicros, 4_000);
  const seen = await w.see("workspace", WS);
  assertEquals([seen.heldMicros, seen.unsettledMicros, seen.remainingMicros], [0, 4_000, 5_000]);
  await resetBudget(w.ctx, ADMIN, name, "unsettled");
  (await reserve(w.budgets, 9_000)).release();
});

Deno.test("close() writes what was settled and gives back the rest; later calls are refused", async () => {
  await using w = await world();
  await w.set("workspace", WS, 1_000_000_000);
  (await reserve(w.budgets, 1_000)).settle(7);
  await w.budgets.close();
  const seen = await requireBudget(w.ctx, WS, { scope: "workspace", subject: WS, period: "total" });
  assertEquals([seen.spentMicros, seen.heldMicros], [7, 0]);
  const error = await assertRejects(() => reserve(w.budgets, 1), AppError);
  assertEquals(error.code, "unavailable");
});
