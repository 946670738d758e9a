import { assert, assertEquals } from "@std/assert";
import { ManualClock, systemClock } from "../../kernel/core/clock.ts";
import { ulidIds } from "../../kernel/core/ids.ts";
import { openHub } from "../../kernel/events/mod.ts";
import { openStore, type Store } from "../../kernel/kv/mod.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import { gatewaySettings } from "../schema.ts";
import { type Breakers, createBreakers } from "./create.ts";
import { afterHearing, newBreaker } from "./decide.ts";

const WS = "default";
const SETTINGS = gatewaySettings.parse({
  breakers: { failures: 3, openMs: 1_000, openMaxMs: 3_000, windowMs: 10_000 },
});
const settings = { of: () => SETTINGS };

interface Instances extends AsyncDisposable {
  readonly a: Breakers;
  readonly b: Breakers;
  readonly kv: Store;
  readonly clock: ManualClock;
}

/** Two over one store, as two processes would be. */
async function twoInstances(): Promise<Instances> {
  const clock = new ManualClock();
  const kv = await openStore({ path: ":memory:", clock: systemClock, log: silentLogger });
  const hub = openHub({ kv, clock: systemClock, log: silentLogger });
  const ctx = { kv, clock, ids: ulidIds(() => clock.now()), log: silentLogger };
  const [a, b] = [1, 2].map(() => createBreakers(ctx, { settings, hub })) as [Breakers, Breakers];
  await Promise.all([a.ready(WS), b.ready(WS)]);
  return {
    a,
    b,
    kv,
    clock,
    async [Symbol.asyncDispose]() {
      await a.close();
      await b.close();
      hub.close();
      await kv.close();
    },
  };
}

const admit = async (breakers: Breakers) => (await breakers.admit(WS, "openai", "m")).kind;
const state = (breakers: Breakers) => breakers.list(WS)[0]?.state;

async function failures(breakers: Breakers, count: number): Promise<void> {
  for (let i = 0; i < count; i++) breakers.failed(WS, "openai", "m", "500");
  // What was heard is written before it is over.
  await breakers.settled();
}

/** The other instance hears of it through the log. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("failed() opens a breaker for every instance, counting what each has seen", async () => {
  await using world = await twoInstances();
  const { a, b } = world;
  await failures(a, 2);
  assertEquals([await admit(a), state(a)], ["closed", "closed"]);
  await failures(b, 1);
  assertEquals(await admit(b), "open");
  await until(() => state(a) === "open");
  const verdict = await a.admit(WS, "openai", "m");
  assert(verdict.kind === "open" && verdict.retryAfterMs === 1_000 && verdict.reason === "500");
});

Deno.test("admit() lets one call of all instances try when the time has come", async () => {
  await using world = await twoInstances();
  const { a, b, clock } = world;
  await failures(a, 3);
  await until(() => state(b) === "open");
  clock.advance(1_000);
  const verdicts = await Promise.all([admit(a), admit(b), admit(a), admit(b)]);
  assertEquals(verdicts.filter((kind) => kind === "probe").length, 1);
  assertEquals(verdicts.filter((kind) => kind === "open").length, 3);
});

Deno.test("succeeded() closes it everywhere; a try that fails doubles the wait", async () => {
  await using world = await twoInstances();
  const { a, b, clock } = world;
  await failures(a, 3);
  clock.advance(1_000);
  assertEquals(await admit(a), "probe");
  await failures(a, 1);
  clock.advance(1_999);
  assertEquals(await admit(a), "open");
  clock.advance(1);
  assertEquals(await admit(a), "probe");
  a.succeeded(WS, "openai", "m");
  await a.settled();
  await until(() => state(b) === "closed");
  assertEquals([await admit(a), await admit(b)], ["closed", "closed"]);
});

Deno.test("dropped() gives a try that told nothing to the next call", async () => {
  await using world = await twoInstances();
  const { a, clock } = world;
  await failures(a, 3);
  clock.advance(1_000);
  assertEquals(await admit(a), "probe");
  a.dropped(WS, "openai", "m");
  await a.settled();
  assertEquals(await admit(a), "probe");
});

Deno.test("a try whose process died is given to another after a minute", async () => {
  await using world = await twoInstances();
  const { a, b, clock } = world;
  await failures(a, 3);
  await until(() => state(b) === "open");
  clock.advance(1_000);
  assertEquals(await admit(a), "probe");
  await until(() => state(b) === "half_open");
  assertEquals(await admit(b), "open");
  clock.advance(60_000);
  assertEquals(await admit(b), "probe");
});

Deno.test("an instance that starts finds the breakers as they are", async () => {
  await using world = await twoInstances();
  const { a, kv, clock } = world;
  await failures(a, 3);
  const ctx = { kv, clock, ids: ulidIds(() => clock.now()), log: silentLogger };
  const late = createBreakers(ctx, { settings });
  assertEquals(await admit(late), "open");
  await late.close();
});

Deno.test("afterHearing() counts failures in a row only", () => {
  const { breakers } = SETTINGS;
  const fail = (at: number) => ({ kind: "failure", at, reason: "x" }) as const;
  let record = newBreaker("p", "m");
  for (const heard of [fail(0), fail(1), { kind: "success", at: 2 } as const, fail(3), fail(4)]) {
    record = afterHearing(record, heard, breakers);
  }
  assertEquals([record.state, record.failures], ["closed", 2]);
  record = afterHearing(record, fail(10_005), breakers);
  assertEquals([record.state, record.failures], ["closed", 1]);
});
