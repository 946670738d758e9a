import { assertEquals } from "@std/assert";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { readCounter, readSharded, sumSharded } from "./counter.ts";
import { defineKey } from "./keyspace.ts";
import { transact } from "./transact.ts";

const key = defineKey("count", { slice: "test", version: 1, retention: "keep", encoding: "sum" });

Deno.test("readCounter() is 0 before the first sum", async () => {
  await using store = await tempStore();
  assertEquals(await readCounter(store, key("w", "calls")), 0);
  await transact(store, "w", (tx) => tx.sum(key("w", "calls"), 3));
  assertEquals(await readCounter(store, key("w", "calls")), 3);
});

Deno.test("readSharded() adds all shards up", async () => {
  await using store = await tempStore();
  await Promise.all(
    Array.from(
      { length: 40 },
      (_, n) => transact(store, "w", (tx) => sumSharded(tx, key, "w", ["tokens"], n, `run_${n}`)),
    ),
  );
  assertEquals(await readSharded(store, key, "w", ["tokens"]), 780);
  const shards = await Array.fromAsync(store.kv.list({ prefix: key.prefix("w", "tokens") }));
  assertEquals(shards.length > 1, true);
});
