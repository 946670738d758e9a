import { assert, assertEquals, assertThrows } from "@std/assert";
import { type TempStore, tempStore } from "../../../tests/harness/temp_store.ts";
import { ManualClock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { ulidIds } from "../core/ids.ts";
import { defineKey } from "../kv/keyspace.ts";
import { Instance } from "./instance.ts";
import { fenceKey, instanceKey } from "./keys.ts";

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
  while (!instance.isAlive) await store.kv.get(key("w"));
  assert(instance.id !== first);
});

Deno.test("Instance heartbeats prolong its lease", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const instance = instanceOn(store);
  await instance.start();
  for (let beat = 0; beat < 5; beat++) {
    clock.advance(1_000);
    while (instance.leaseLeftMs < 3_000) await store.kv.get(key("w"));
  }
  await instance.stop();
  assertEquals((await store.kv.get(instanceKey(instance.id))).value, null);
});
