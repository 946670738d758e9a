import { z } from "zod";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type TempStore, tempStore } from "../../../tests/harness/temp_store.ts";
import { ManualClock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { ulidIds } from "../core/ids.ts";
import { defineKey } from "../kv/keyspace.ts";
import { Instance, listInstances } from "./instance.ts";
import { defineJob } from "./define_job.ts";
import { dueKey, fenceKey, instanceKey, leasedKey } from "./keys.ts";

const key = defineKey("k", { slice: "test", version: 1, retention: "keep" });
const ids = ulidIds(() => Date.now());
const instanceOn = (store: TempStore) =>
  new Instance({ kv: store.kv, clock: store.clock, ids, log: { warn() {} } });

Deno.test("Instance.assume() fails the commits of one that was taken over", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const holder = instanceOn(store);
  await holder.start();
  const taker = instanceOn(store);
  const set = store.kv.writeSet().set(key("w"), 1);
  holder.assume(set);
  await store.kv.submit(
    store.kv.writeSet().set(instanceKey(holder.id), { id: holder.id, until: 0 }),
  );
  await taker.start();
  const outcome = await store.kv.submit(set);
  assertEquals(outcome.ok ? [] : outcome.stale, [fenceKey(holder.id)]);
});

Deno.test("Instance is not taken over before its lease and the grace have passed", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const holder = instanceOn(store);
  await holder.start();
  const { value } = await store.kv.get<{ until: number }>(instanceKey(holder.id));
  assertEquals(value!.until, clock.now() + 3_000);
  const late = new ManualClock(clock.now() + 3_500);
  const early = new ManualClock(clock.now() + 3_499);
  const sweeper = (at: ManualClock) =>
    new Instance({ kv: store.kv, clock: at, ids, log: { warn() {} } });
  assertEquals(await sweeper(early).sweep(), 0);
  assertEquals(await sweeper(late).sweep(), 1);
});

Deno.test("Instance stops acting when its heartbeats do not get through", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const instance = instanceOn(store);
  await instance.start();
  assert(instance.isAlive);
  await store.kv.submit(store.kv.writeSet().delete(fenceKey(instance.id)));
  const first = instance.id;
  const lost = Promise.withResolvers<void>();
  instance.onLost(lost.resolve);
  assertEquals(instance.leaseLeftMs, 3_000);
  clock.advance(1_000);
  assertEquals(instance.leaseLeftMs, 2_000);
  await lost.promise;
  assertThrows(() => instance.assume(store.kv.writeSet()), AppError, "lost its lease");
  while (!instance.isAlive) await store.turn();
  assert(instance.id !== first);
});

Deno.test("Instance heartbeats prolong its lease", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const instance = instanceOn(store);
  await instance.start();
  for (let beat = 0; beat < 5; beat++) {
    clock.advance(1_000);
    while (instance.leaseLeftMs < 3_000) await store.turn();
  }
  await instance.stop();
  assertEquals((await store.kv.get(instanceKey(instance.id))).value, null);
});

Deno.test("Instance takes a new lease when the store answers again, and beats once", async () => {
  const clock = new ManualClock();
  let refusals = 0;
  let beats = 0;
  const faults = {
    before(_n: number, what: () => string) {
      if (refusals > 0 && what().includes("set fence") && refusals-- > 0) {
        throw new AppError("unavailable");
      }
    },
    after: (_n: number, what: () => string) => void (what().includes("set inst") && beats++),
  };
  await using store = await tempStore({ clock, tuning: { faults } });
  const instance = instanceOn(store);
  let regained = 0;
  instance.onRegained(() => void regained++);
  await instance.start();
  const first = instance.id;
  await store.kv.submit(store.kv.writeSet().delete(fenceKey(first)));
  refusals = 3;
  while (regained === 0) {
    clock.advance(1_000);
    await store.turn();
  }
  assertEquals([refusals, instance.isAlive, instance.id === first], [0, true, false]);
  // Its own former record is dead too, and taken over.
  while ((await listInstances(store)).length > 1) clock.advance(1_000);
  for (let beat = 0; beat < 3; beat++) {
    const before = beats;
    clock.advance(1_000);
    while (beats === before) await store.turn();
    await store.turn();
    // The first may have been under way.
    if (beat > 0) assertEquals(beats - before, 1);
  }
  assertEquals(regained, 1);
  await instance.stop();
  assertEquals(await listInstances(store), []);
});

Deno.test("Instance.sweep() looks again after a sweep that failed", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const instance = instanceOn(store);
  await instance.start();
  const dead = { v: 1, id: "instance_dead", until: 0, startedAt: 0 };
  await store.kv.submit(store.kv.writeSet().set(instanceKey(dead.id), dead));
  const { list } = store.kv;
  store.kv.list = () => {
    store.kv.list = list;
    throw new TypeError("database is locked");
  };
  await assertRejects(() => instance.sweep(), TypeError, "locked");
  while ((await listInstances(store)).length > 1) clock.advance(1_000);
  await instance.stop();
});

Deno.test("Instance.sweep() keeps the record of a dead instance until its jobs are requeued", async () => {
  let isRefused = true;
  let isRequeue = false;
  const faults = {
    before: (_n: number, what: () => string) => void (isRequeue = what().includes("delete ql")),
    outcome: () => isRefused && isRequeue ? "conflict" as const : undefined,
  };
  await using store = await tempStore({ kind: "file", tuning: { faults } });
  const dead = instanceOn(store);
  await dead.start();
  const job = defineJob("thing.do", { schema: z.object({}), handler: () => {} });
  const { bytes } = job.stage(store, "w", {});
  await store.kv.submit(store.kv.writeSet().setBytes(leasedKey(dead.id, 1), bytes));
  const taker = instanceOn(store);
  assertEquals(await taker.sweep(), 0);
  assertEquals((await listInstances(store)).map((record) => record.id), [dead.id]);
  isRefused = false;
  assertEquals(await taker.sweep(), 1);
  const queued = await Array.fromAsync(store.kv.list({ prefix: dueKey.prefix() }));
  assertEquals([queued.length, await listInstances(store)], [1, []]);
  await dead.stop();
});

Deno.test("Instance.leaseLeftMs counts the time the machine slept", async () => {
  class Laptop extends ManualClock {
    sleptMs = 0;
    override now() {
      return super.now() + this.sleptMs;
    }
  }
  const clock = new Laptop();
  await using store = await tempStore({ clock });
  const instance = instanceOn(store);
  await instance.start();
  clock.sleptMs = 3_000;
  assertEquals([instance.leaseLeftMs, instance.isAlive], [0, false]);
  await instance.stop();
});
