import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { findIndexDrift, type IndexedAggregate, reindex, stageIndexes } from "./index_keys.ts";
import { defineKey } from "./keyspace.ts";
import { transact } from "./transact.ts";

interface Item {
  readonly id: string;
  readonly status: string;
  readonly tags: string[];
}
const options = { slice: "test", version: 1, retention: "keep" } as const;
const itemKey = defineKey("item", options);
const byStatus = defineKey("item_status", options);
const byTag = defineKey("item_tag", options);
const items: IndexedAggregate<Item> = {
  id: (item) => item.id,
  records: (ws) => itemKey.prefix(ws),
  indexKeys: (ws, item) => [
    byStatus(ws, item.status, item.id),
    ...new Set(item.tags).values().map((tag) => byTag(ws, tag, item.id)),
  ],
  indexes: (ws) => [byStatus.prefix(ws), byTag.prefix(ws)],
};

const item = fc.record({
  id: fc.constantFrom("a", "b", "c"),
  status: fc.constantFrom("todo", "done"),
  tags: fc.array(fc.constantFrom("x", "y", "z"), { maxLength: 3 }),
});
const change = fc.oneof(item, fc.constantFrom("a", "b", "c"));

Deno.test("stageIndexes() keeps the indexes what their records say through any changes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      await using store = await tempStore();
      for (const next of changes) {
        const id = typeof next === "string" ? next : next.id;
        await transact(store, "w", async (tx) => {
          const before = await tx.get<Item>(itemKey("w", id));
          const after = typeof next === "string" ? null : next;
          if (after) tx.set(itemKey("w", id), after);
          else tx.delete(itemKey("w", id));
          stageIndexes(tx, items, "w", before, after);
        });
      }
      assertEquals(await findIndexDrift(store, items, "w"), { missing: [], extra: [] });
    }),
    { numRuns: 25 },
  );
});

Deno.test("reindex() mends missing and left-over index keys", async () => {
  await using store = await tempStore();
  await store.kv.submit(
    store.kv.writeSet().set(itemKey("w", "a"), { id: "a", status: "done", tags: ["x"] })
      .set(byStatus("w", "todo", "a"), "a"),
  );
  const drift = await findIndexDrift(store, items, "w");
  assertEquals([drift.missing.length, drift.extra.length], [2, 1]);
  assertEquals(await reindex(store, items, "w"), 3);
  assertEquals(await findIndexDrift(store, items, "w"), { missing: [], extra: [] });
  assertEquals((await store.kv.get(byTag("w", "x", "a"))).value, "a");
});
