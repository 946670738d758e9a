import { assertEquals } from "@std/assert";
import type { AppContext } from "../../kernel/context.ts";
import { ulidIds } from "../../kernel/core/ids.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import type { ConnectionsRecord, HostRecord } from "./decide.ts";
import { ConnectionHost } from "./host.ts";
import { connectionsKey, hostKey } from "./keys.ts";

/** A host whose timers are fired by hand and whose store can be gone for a while. */
async function world() {
  const store = await tempStore();
  let nowMs = 1_760_000_000_000;
  let isGone = false;
  let commitsLeft = Infinity;
  const timers: (() => Promise<void>)[] = [];
  let armed = Promise.withResolvers<void>();
  const kv = new Proxy(store.kv, {
    get(target, name) {
      if (isGone) throw new Error("the store is gone");
      if (name === "submit" && commitsLeft-- === 0) throw new Error("the commit failed");
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const clock = {
    now: () => nowMs,
    mono: () => nowMs,
    timer(_ms: number, fn: () => Promise<void>) {
      timers.push(fn);
      armed.resolve();
      armed = Promise.withResolvers();
      return () => {};
    },
  };
  const log = { warn() {} };
  const ctx = { kv, clock, log, ids: ulidIds(clock.now) } as unknown as AppContext;
  const host = new ConnectionHost(ctx);
  return {
    host,
    pass: (ms: number) => nowMs += ms,
    gone: (gone: boolean) => isGone = gone,
    failAfter: (commits: number) => commitsLeft = commits,
    /** What others do when they find the host lapsed. */
    takeOff: () => transact(store, "w", (tx) => tx.delete(connectionsKey("w", "phoenix"))),
    stored: async () =>
      (await store.kv.get<ConnectionsRecord>(connectionsKey("w", "phoenix"))).value?.connections
        .length ?? 0,
    beat: async () => {
      if (timers.length === 0) await armed.promise;
      await timers.shift()!();
    },
    until: async () =>
      (await store.kv.get<HostRecord>(hostKey("w", host.hostId))).value!.untilMs - nowMs,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

Deno.test("ConnectionHost goes on renewing after a time in which the store was gone", async () => {
  await using w = await world();
  await w.host.hold("w", "agent:phoenix", "phoenix", "c1");
  w.gone(true);
  w.pass(20_000);
  await w.beat();
  w.gone(false);
  w.pass(20_000);
  await w.beat();
  assertEquals(await w.until(), 60_000);
});

Deno.test("ConnectionHost stores its connections again after it lapsed, also when that fails at first", async () => {
  await using w = await world();
  await w.host.hold("w", "agent:phoenix", "phoenix", "c1");
  w.pass(90_000);
  await w.takeOff();
  w.failAfter(1);
  await w.beat();
  await w.beat();
  assertEquals(await w.stored(), 1);
});

Deno.test("ConnectionHost leaves nothing behind of a connection that ends while it is stored", async () => {
  await using w = await world();
  const held = w.host.hold("w", "agent:phoenix", "phoenix", "c1");
  w.host.release("w", "c1");
  await held;
  assertEquals(await w.stored(), 0);
});
