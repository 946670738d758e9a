import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type AccountRecord,
  LEASE_MS,
  NEW_ACCOUNT,
  planAccount,
  RECALL_MS,
  sumsOf,
  type Wish,
} from "./decide.ts";

const NOW = 1_760_000_000_000;

const wish = (more: Partial<Wish> = {}): Wish => ({
  holder: "p1.1",
  limitMicros: 1_000,
  nowMs: NOW,
  n: 1,
  alone: null,
  spentMicros: 0,
  inUseMicros: 0,
  provisionalMicros: 0,
  needs: [],
  demandMicros: 0,
  callMicros: 1,
  ...more,
});
const need = (micros: number, waitedMs = 0) => ({ micros, waitedMs });
const slice = (heldMicros: number, freeMicros = 0, until = NOW + LEASE_MS) => ({
  heldMicros,
  freeMicros,
  until,
  n: 1,
});

Deno.test("planAccount() grants in order what fits, also behind one that does not", () => {
  const needs = [need(600), need(600), need(400), need(1)];
  const plan = planAccount(NEW_ACCOUNT, wish({ needs }));
  assertEquals(plan.verdicts, ["granted", "refused", "granted", "refused"]);
  assertEquals([plan.heldMicros, plan.grantedMicros, plan.exhausted], [1_000, 1_000, true]);
});

Deno.test("planAccount() waits where another has money at hand, and says that it is wanted", () => {
  const record = { ...NEW_ACCOUNT, slices: { "p2.1": slice(900, 700) } };
  const needs = [need(800), need(801), need(801, 150), need(200, 799), need(200, 800), need(100)];
  const plan = planAccount(record, wish({ needs }));
  assertEquals(plan.verdicts, ["wait", "wait", "refused", "wait", "refused", "granted"]);
  assertEquals(plan.record.wantedAt, NOW);
  const other = planAccount(
    plan.record,
    wish({ holder: "p2.1", inUseMicros: 200, demandMicros: 700 }),
  );
  assertEquals(other.heldMicros, 200);
});

Deno.test("planAccount() holds at hand a 64th of what is free, or nothing where no call fits into it", () => {
  const big = wish({ limitMicros: 64_000, demandMicros: 5_000 });
  assertEquals(planAccount(NEW_ACCOUNT, big).heldMicros, 1_000);
  assertEquals(planAccount(NEW_ACCOUNT, { ...big, callMicros: 1_001 }).heldMicros, 0);
  assertEquals(planAccount(NEW_ACCOUNT, { ...big, demandMicros: 10 }).heldMicros, 10);
});

Deno.test("a slice whose lease is over counts as spent, until its holder comes back for it", () => {
  const record = { ...NEW_ACCOUNT, slices: { "p2.1": slice(300, 0, NOW - 2_001) } };
  const plan = planAccount(record, wish({ needs: [need(701)] }));
  assertEquals(plan.verdicts, ["refused"]);
  assertEquals(sumsOf(plan.record), { spentMicros: 0, heldMicros: 0, unsettledMicros: 300 });
  const back = planAccount(
    plan.record,
    wish({ holder: "p2.1", spentMicros: 100, inUseMicros: 200 }),
  );
  assertEquals(sumsOf(back.record), { spentMicros: 100, heldMicros: 200, unsettledMicros: 0 });
});

Deno.test("on a store of one process other processes are dead at once, its own accounts are not", () => {
  const slices = { "p1.7": slice(100), "p2.1": slice(300) };
  const plan = planAccount({ ...NEW_ACCOUNT, slices }, wish({ alone: "p1" }));
  assertEquals(sumsOf(plan.record), { spentMicros: 0, heldMicros: 100, unsettledMicros: 300 });
});

interface Holder {
  id: string;
  held: number;
  inUse: number[];
  spent: number;
  n: number;
}

const step = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom("call", "call", "call", "settle", "write", "kill", "pass"),
  micros: fc.integer({ min: 1, max: 400 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

Deno.test("whoever calls, settles, dies or is late: never more than the limit is spent or on its way", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const limitMicros = 2_000;
      let now = NOW;
      let born = 0;
      const birth = (): Holder => ({ id: `p${++born}.1`, held: 0, inUse: [], spent: 0, n: 0 });
      const holders = [birth(), birth(), birth()];
      let record: AccountRecord = NEW_ACCOUNT;
      let gone = 0;
      let charged = 0;
      const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);
      const write = (one: Holder, needs: number[]) => {
        const plan = planAccount(record, {
          ...wish({ limitMicros, nowMs: now, holder: one.id, n: ++one.n, demandMicros: 500 }),
          spentMicros: one.spent,
          inUseMicros: sum(one.inUse),
          needs: needs.map((micros) => need(micros, RECALL_MS)),
        });
        record = plan.record;
        one.held = plan.heldMicros;
        one.spent = 0;
        plan.verdicts.forEach((verdict, i) => verdict === "granted" && one.inUse.push(needs[i]!));
      };
      for (const { who, what, micros, share } of steps) {
        const one = holders[who]!;
        if (what === "call") {
          if (sum(one.inUse) + one.spent + micros <= one.held) one.inUse.push(micros);
          else write(one, [micros]);
        } else if (what === "settle") {
          const cost = Math.floor((one.inUse.pop() ?? 0) * share);
          one.spent += cost;
          charged += cost;
        } else if (what === "write") write(one, []);
        else if (what === "pass") now += Math.floor(LEASE_MS * share * 2);
        else {
          // All that was on its way is charged by the provider.
          gone += sum(one.inUse);
          holders[who] = birth();
        }
        const onItsWay = sum(holders.flatMap((holder) => holder.inUse));
        assert(charged + gone + onItsWay <= limitMicros, `${charged} + ${gone} + ${onItsWay}`);
        const sums = sumsOf(record);
        assert(sums.spentMicros + sums.heldMicros + sums.unsettledMicros <= limitMicros);
      }
    }),
    { numRuns: 500 },
  );
});
