import { assertEquals, assertRejects } from "@std/assert";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { AppError } from "../core/errors.ts";
import { defineKey } from "./keyspace.ts";
import { ReadBatcher } from "./read_batcher.ts";

const key = defineKey("k", { slice: "test", version: 1, retention: "keep" });

Deno.test("Store.get() gives each caller its own value, however many ask at once", async () => {
  await using store = await tempStore({ kind: "file" });
  const set = store.kv.writeSet();
  for (let n = 0; n < 25; n++) set.set(key("w", n), { n });
  await store.kv.submit(set);
  const keys = Array.from({ length: 60 }, (_, i) => i % 30);
  const entries = await Promise.all(keys.map((n) => store.kv.get<{ n: number }>(key("w", n))));
  assertEquals(entries.map((e) => e.value?.n ?? null), keys.map((n) => n < 25 ? n : null));
  entries[0]!.value!.n = 99;
  assertEquals(entries[30]!.value!.n, 0);
});

Deno.test("Store.get() sees every commit that ended before it was asked", async () => {
  await using store = await tempStore({ kind: "file" });
  let behind = 0;
  await Promise.all(Array.from({ length: 8 }, async (_, w) => {
    for (let n = 0; n < 40; n++) {
      const committed = await store.kv.submit(store.kv.writeSet().set(key("w", w), n));
      const { versionstamp } = await store.kv.get(key("w", w));
      if (!committed.ok || versionstamp! < committed.versionstamp) behind++;
    }
  }));
  assertEquals(behind, 0);
});

Deno.test("ReadBatcher fails everyone who asked for a refused key, and nobody else", async () => {
  using kv = await Deno.openKv(":memory:");
  const batcher = new ReadBatcher(kv);
  const bad = key("w", "x".repeat(3_000));
  const results = await Promise.allSettled([
    batcher.get(bad),
    batcher.get(bad),
    batcher.get(key("w")),
  ]);
  assertEquals(results.map((r) => r.status), ["rejected", "rejected", "fulfilled"]);
});

Deno.test("Store refuses work once it is closed", async () => {
  await using store = await tempStore();
  await store.kv.close();
  const error = await assertRejects(
    () => store.kv.submit(store.kv.writeSet().set(key("w"), 1)),
    AppError,
  );
  assertEquals(error.code, "unavailable");
});

Deno.test("Store keeps a commit a commit when a listener throws", async () => {
  await using store = await tempStore();
  store.kv.onCommit(() => {
    throw new Error("listener");
  });
  const outcomes = await Promise.all(
    Array.from(
      { length: 3 },
      () => store.kv.submit(store.kv.writeSet().emit("w", "s", { type: "t" })),
    ),
  );
  assertEquals(outcomes.map((o) => o.ok), [true, true, true]);
  assertEquals([store.kv.stats.commits, store.warnings], [1, ["failed after a commit"]]);
});
