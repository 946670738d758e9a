import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { type TempStore, tempStore } from "../../../tests/harness/temp_store.ts";
import { AppError } from "../core/errors.ts";
import { defineKey } from "./keyspace.ts";
import { listPage, type ListPageOptions } from "./list_page.ts";

const key = defineKey("item", { slice: "test", version: 1, retention: "keep" });

async function fill(store: TempStore, count: number): Promise<void> {
  const set = store.kv.writeSet();
  for (let n = 0; n < count; n++) set.set(key("w", `id_${String(n).padStart(3, "0")}`, n), n);
  await store.kv.submit(set);
}

async function walk(store: TempStore, options: Partial<ListPageOptions>): Promise<number[][]> {
  const pages: number[][] = [];
  let cursor: string | undefined;
  do {
    const page = await listPage<number>(store, { prefix: key.prefix("w"), ...options, cursor });
    pages.push(page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return pages;
}

Deno.test("listPage() of nothing is one empty page", async () => {
  await using store = await tempStore();
  assertEquals(await walk(store, { limit: 3 }), [[]]);
});

Deno.test("listPage() ends at exactly its limit and goes on past it", async () => {
  await using store = await tempStore();
  await fill(store, 3);
  assertEquals(await walk(store, { limit: 3 }), [[2, 1, 0]]);
  assertEquals(await walk(store, { limit: 2 }), [[2, 1], [0]]);
});

Deno.test("listPage() shows every entry once, in either direction, with any filter", async () => {
  await using store = await tempStore();
  await fill(store, 23);
  const all = Array.from({ length: 23 }, (_, n) => n);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 25 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      async (limit, reverse, every) => {
        const where = ({ value }: { value: unknown }) => (value as number) % every === 0;
        const pages = await walk(store, { limit, reverse, where });
        const expected = all.filter((n) => n % every === 0);
        assertEquals(pages.flat(), reverse ? expected.toReversed() : expected);
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("listPage() refuses a cursor of another workspace, list or direction", async () => {
  await using store = await tempStore();
  await fill(store, 3);
  const { nextCursor } = await listPage(store, { prefix: key.prefix("w"), limit: 1 });
  const others: ListPageOptions[] = [
    { prefix: key.prefix("other") },
    { prefix: key.prefix("w"), reverse: false },
    { prefix: key.prefix("w"), query: "status=done" },
  ];
  for (const options of others) {
    const error = await assertRejects(
      () => listPage(store, { ...options, cursor: nextCursor! }),
      AppError,
    );
    assertEquals(error.code, "invalid_input");
  }
  await assertRejects(
    () => listPage(store, { prefix: key.prefix("w"), cursor: "nonsense" }),
    AppError,
  );
});
