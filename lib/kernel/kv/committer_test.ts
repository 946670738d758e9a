import { assert, assertEquals, assertRejects } from "@std/assert";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { readEvents } from "../events/read.ts";
import { systemClock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { eventKey, feedKey } from "./batch_commit.ts";
import { parseFaults } from "./faults.ts";
import { defineKey } from "./keyspace.ts";
import { Store } from "./store.ts";
import type { WriteSet } from "./write_set.ts";

const key = defineKey("k", { slice: "test", version: 1, retention: "keep" });
const count = defineKey("n", { slice: "test", version: 1, retention: "keep", encoding: "sum" });

const submit = (kv: Store, stage: (set: WriteSet) => void) => {
  const set = kv.writeSet();
  stage(set);
  return kv.submit(set);
};

Deno.test("Committer commits what gathers together, in one operation", async () => {
  await using store = await tempStore();
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, i) => submit(store.kv, (s) => s.set(key("w", i), i))),
  );
  assertEquals(new Set(outcomes.map((o) => o.ok && o.versionstamp)).size, 1);
  assertEquals((await store.kv.get(key("w", 49))).value, 49);
});

Deno.test("Committer numbers events over the whole commit and concatenates a stream's appends", async () => {
  await using store = await tempStore();
  const outcomes = await Promise.all(
    ["a", "b", "a"].map((stream, n) =>
      submit(
        store.kv,
        (s) => s.emit("w", stream, { type: "t", n }).emit("w", stream, { type: "t", n }),
      )
    ),
  );
  const first = outcomes.map((o, i) => o.ok ? o.firstIndex("w", ["a", "b", "a"][i]!) : null);
  assertEquals(first, [0, 4, 2]);
  const entries = [];
  for await (const e of store.kv.listBytes({ prefix: eventKey.prefix("w", "a") })) entries.push(e);
  assertEquals(entries.length, 1);
  const events = await readEvents(store, "w", "a");
  assertEquals(events.map((e) => e.id.slice(21)), ["0", "1", "2", "3"]);
});

Deno.test("Committer writes one feed entry per workspace and commit, deltas apart", async () => {
  await using store = await tempStore();
  await Promise.all([
    submit(store.kv, (s) => s.emit("w", "a", { type: "step.delta" })),
    submit(store.kv, (s) => s.emit("w", "b", { type: "x" })),
    submit(store.kv, (s) => s.emit("other", "b", { type: "x" })),
  ]);
  const feed = await Array.fromAsync(store.kv.list({ prefix: feedKey.prefix("w") }));
  assertEquals(feed.map((e) => e.value), [[["b"], ["a"]]]);
});

Deno.test("Committer answers the stale and commits the rest of a failed batch", async () => {
  await using store = await tempStore();
  await submit(store.kv, (s) => s.set(key("w", "x"), 1));
  const outcomes = await Promise.all([
    submit(store.kv, (s) => s.assume(key("w", "x"), null).set(key("w", "x"), 2)),
    submit(store.kv, (s) => s.assume(key("w", "y"), null).set(key("w", "y"), 2)),
    submit(store.kv, (s) => s.set(key("w", "z"), 2)),
  ]);
  assertEquals(outcomes.map((o) => o.ok), [false, true, true]);
  assertEquals(outcomes[0]!.ok ? null : outcomes[0]!.stale, [key("w", "x")]);
  assertEquals((await store.kv.get(key("w", "x"))).value, 1);
});

Deno.test("Committer adds sums up and lets the last touch win", async () => {
  await using store = await tempStore();
  await Promise.all(
    Array.from(
      { length: 20 },
      (_, i) => submit(store.kv, (s) => s.sum(count("w"), 2).touch(key("w"), i)),
    ),
  );
  assertEquals((await store.kv.get(count("w"))).value, 40);
  assertEquals((await store.kv.get(key("w"))).value, 19);
});

Deno.test("Committer knows a stale check from memory, also of an absent key", async () => {
  await using store = await tempStore();
  const first = await submit(store.kv, (s) => s.assume(key("w"), null).set(key("w"), 1));
  assert(first.ok);
  const { commits } = store.kv.stats;
  const again = await submit(store.kv, (s) => s.assume(key("w"), null).set(key("w"), 2));
  assertEquals([again.ok, store.kv.stats.commits, store.kv.stats.staleInMemory], [
    false,
    commits,
    1,
  ]);
  await submit(store.kv, (s) => s.delete(key("w")));
  const after = await submit(store.kv, (s) => s.assume(key("w"), null).set(key("w"), 3));
  assertEquals(after.ok, true);
});

Deno.test("Committer applies every append once when commits throw after success", async () => {
  const faults = {
    outcome: (n: number) => n % 3 === 0 ? "throw_after_success" as const : undefined,
  };
  await using store = await tempStore({ kind: "file", tuning: { faults } });
  await Promise.all(Array.from({ length: 8 }, async (_, w) => {
    for (let n = 0; n < 20; n++) {
      const outcome = await submit(store.kv, (s) => s.emit("w", "s", { type: "t", w, n }));
      assert(outcome.ok);
    }
  }));
  const events = (await readEvents(store, "w", "s")).map((e) => JSON.parse(e.json));
  assertEquals(events.length, 160);
  assertEquals(new Set(events.map((e) => `${e.w}:${e.n}`)).size, 160);
  assert(store.kv.stats.unknown > 0);
});

Deno.test("Committer commits again what never reached the store", async () => {
  await using store = await tempStore({ tuning: { faults: parseFaults("throw-before:1-3") } });
  const outcome = await submit(store.kv, (s) => s.emit("w", "s", { type: "t" }));
  assert(outcome.ok);
  assertEquals((await readEvents(store, "w", "s")).length, 1);
});

Deno.test("Committer waits while the database is locked", async () => {
  await using store = await tempStore({ tuning: { faults: parseFaults("locked:1-5") } });
  const outcome = await submit(store.kv, (s) => s.set(key("w"), 1));
  assertEquals([outcome.ok, store.kv.stats.locked], [true, 5]);
});

Deno.test("Committer gives up with unavailable when the store stays unreachable", async () => {
  const faults = { outcome: () => "throw_before" as const };
  await using store = await tempStore({ tuning: { faults, patienceMs: 20 } });
  const error = await assertRejects(() => submit(store.kv, (s) => s.set(key("w"), 1)), AppError);
  assertEquals(error.code, "unavailable");
});

Deno.test("Committer refuses at once a transaction whose checks can never fit", async () => {
  await using store = await tempStore({ tuning: { maxChecks: 4 } });
  const error = await assertRejects(() =>
    submit(store.kv, (s) => {
      for (let i = 0; i < 5; i++) s.assume(key("w", i), null);
    }), AppError);
  assertEquals(error.code, "payload_too_large");
});

Deno.test("Committer splits a burst on one stream into several entries", async () => {
  await using store = await tempStore();
  const text = "x".repeat(3_000);
  await Promise.all(
    Array.from(
      { length: 64 },
      (_, n) => submit(store.kv, (s) => s.emit("w", "s", { type: "t", n, text })),
    ),
  );
  const entries = await Array.fromAsync(store.kv.listBytes({ prefix: eventKey.prefix("w", "s") }));
  assert(entries.length >= 4 && entries.every((e) => e.value.length <= 60_020));
  const events = await readEvents(store, "w", "s");
  assertEquals(events.map((e) => JSON.parse(e.json).n), Array.from({ length: 64 }, (_, n) => n));
});

Deno.test("Committer.submit() with priority goes first", async () => {
  await using store = await tempStore();
  const order: string[] = [];
  const slow = Array.from(
    { length: 3 },
    (_, i) => submit(store.kv, (s) => s.set(key("w", "same"), i)).then(() => order.push(`n${i}`)),
  );
  const beat = store.kv.submit(store.kv.writeSet().set(key("w", "same"), 9), { priority: true });
  await Promise.all([...slow, beat.then(() => order.push("beat"))]);
  assertEquals(order[0], "beat");
});

Deno.test("Committer looks for the result of a commit a shared store never answers", async () => {
  const kv = await Deno.openKv(":memory:");
  const warnings: string[] = [];
  await using store = new Store("shared", { write: kv, read: kv, lock: null }, {
    path: undefined,
    clock: systemClock,
    log: { warn: (message) => void warnings.push(message) },
    tuning: { faults: parseFaults("hang:1-2"), patienceMs: 60, maxInFlight: 1 },
  });
  const first = submit(store, (s) => s.emit("w", "s", { type: "t" }));
  const second = submit(store, (s) => s.emit("w", "s", { type: "t" }));
  assertEquals([(await first).ok, (await second).ok], [true, true]);
  const third = await submit(store, (s) => s.emit("w", "s", { type: "t" }));
  assert(third.ok);
  assertEquals((await readEvents({ kv: store }, "w", "s")).length, 3);
  assertEquals(warnings[0], "commit result unknown");
});

Deno.test("Committer learns from one failed check what another instance wrote", async () => {
  const kv = await Deno.openKv(":memory:");
  const instance = () =>
    new Store("shared", { write: kv, read: kv, lock: null }, {
      path: undefined,
      clock: systemClock,
      log: { warn() {} },
    });
  const [ours, theirs] = [instance(), instance()];
  await submit(ours, (s) => s.set(key("w"), "ours"));
  const { versionstamp } = await ours.get(key("w"));
  await submit(theirs, (s) => s.set(key("w"), "theirs"));
  const late = (n: number) =>
    submit(ours, (s) => s.assume(key("w"), versionstamp).set(key("w"), n));
  const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => late(n)));
  assertEquals([outcomes.some((o) => o.ok), ours.stats.staleInMemory], [false, 9]);
  const now = await ours.get(key("w"));
  const next = await submit(
    ours,
    (s) => s.assume(key("w"), now.versionstamp).set(key("w"), "next"),
  );
  assertEquals([next.ok, (await ours.get(key("w"))).value], [true, "next"]);
  await Promise.all([ours.close(), theirs.close()]).catch(() => {});
});
