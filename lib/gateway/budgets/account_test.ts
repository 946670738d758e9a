/** Accounts on a store whose commits sometimes throw, with or without having taken effect. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { systemClock } from "../../kernel/core/clock.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { openStore, type Store } from "../../kernel/kv/mod.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import { createBudgets, type HeldMoney, requireBudget, setBudget } from "./mod.ts";

const WS = "default";
const NAME = { scope: "workspace", subject: WS, period: "total" } as const;
const LIMIT = 20_000;

type Fault = "none" | "before" | "after";

/** The store, but what is submitted meets the next fault. */
function faulty(store: Store, faults: () => Fault): Store {
  const submit: Store["submit"] = async (set, options) => {
    const fault = faults();
    if (fault === "before") throw new AppError("unavailable");
    const outcome = await store.submit(set, options);
    if (fault === "after") throw new AppError("unavailable");
    return outcome;
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === "submit") return submit;
      const member = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

const step = fc.record({
  what: fc.constantFrom("call", "call", "settle", "settle", "flush"),
  micros: fc.integer({ min: 1, max: 3_000 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});
const faults = fc.array(fc.constantFrom<Fault>("none", "none", "before", "after"), {
  maxLength: 40,
});

async function play(
  steps: readonly { what: string; micros: number; share: number }[],
  given: readonly Fault[],
): Promise<void> {
  const store = await openStore({ path: ":memory:", clock: systemClock, log: { warn() {} } });
  const left = [...given];
  const kv = faulty(store, () => left.shift() ?? "none");
  const ctx = { kv, clock: systemClock, log: silentLogger };
  await setBudget({ ...ctx, kv: store }, { workspaceId: WS, actor: "test" }, NAME, {
    limitMicros: LIMIT,
  });
  const budgets = createBudgets(ctx);
  const { signal } = new AbortController();
  const holds: { hold: HeldMoney; micros: number }[] = [];
  let spent = 0;
  for (const { what, micros, share } of steps) {
    if (what === "flush") await budgets.flush(WS);
    if (what === "settle" && holds.length > 0) {
      const { hold, micros } = holds.shift()!;
      const cost = Math.floor(micros * share);
      hold.settle(cost);
      spent += cost;
    }
    if (what !== "call") continue;
    try {
      const hold = await budgets.reserve({ workspaceId: WS, caller: {}, signal }, null, micros);
      holds.push({ hold, micros });
    } catch (error) {
      assert(error instanceof AppError);
    }
    const onItsWay = holds.reduce((sum, one) => sum + one.micros, 0);
    assert(spent + onItsWay <= LIMIT, `${spent} + ${onItsWay}`);
  }
  for (const { hold } of holds) hold.release();
  left.length = 0;
  // The first after a fault learns what became of it.
  await budgets.flush(WS);
  await budgets.close();
  const seen = await requireBudget({ ...ctx, kv: store }, WS, NAME);
  assertEquals([seen.spentMicros, seen.heldMicros, seen.unsettledMicros], [spent, 0, 0]);
  await store.close();
}

Deno.test("commits that throw, with or without effect, are counted once and never overspend", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), faults, play),
    { numRuns: 150 },
  );
});
