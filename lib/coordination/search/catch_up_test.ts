import { assertEquals, assertRejects } from "@std/assert";
import { type StoredEvent } from "../../kernel/events/mod.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import type { Document } from "./inverted_index.ts";
import { LiveIndex, type SearchSource } from "./catch_up.ts";
import { createSearchIndexes } from "./mod.ts";

const documentOf = (id: string): Document => ({
  id,
  owner: "a",
  kind: "k",
  at: 0,
  fields: [[`word ${id}`, 2]],
});

/** Records are in a list of the test, changes in the log of a real store. */
function source(records: string[], loads: { count: number; fail?: boolean }): SearchSource {
  return {
    name: "test",
    stream: "words",
    async *load() {
      loads.count++;
      if (loads.fail) throw new Error("the store is gone");
      for (const id of records) yield await Promise.resolve(documentOf(id));
    },
    changes: (_ctx, _ws, events: readonly StoredEvent[]) =>
      Promise.resolve({
        put: events.filter(({ type }) => type === "word.delta").map((e) => documentOf(wordOf(e))),
        removed: events.filter(({ type }) => type === "gone.delta").map(wordOf),
      }),
  };
}

const wordOf = ({ json }: StoredEvent) => (JSON.parse(json) as { word: string }).word;

async function searched(records: string[] = []) {
  const store = await tempStore();
  const ctx = { kv: store.kv, log: silentLogger, clock: store.clock };
  const loads: { count: number; fail?: boolean } = { count: 0 };
  const emit = (type: string, word: string, workspaceId = "ws") =>
    transact(ctx, workspaceId, (tx) => tx.emit("words", { type, word }));
  return {
    ctx,
    loads,
    emit,
    live: new LiveIndex(ctx, "ws", source(records, loads)),
    source: source(records, loads),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const query = (text: string) => ({ text, limit: 10, nowMs: 0, halfLifeMs: 1 });

Deno.test("level() loads once, then reads only the log", async () => {
  await using t = await searched(["one"]);
  assertEquals((await t.live.level()).search(query("one")).length, 1);
  await t.emit("word.delta", "two");
  assertEquals((await t.live.level()).search(query("two")).length, 1);
  await t.emit("gone.delta", "one");
  assertEquals((await t.live.level()).search(query("one")).length, 0);
  assertEquals(t.loads.count, 1);
});

Deno.test("level() holds what was committed before each call, however many ask at once", async () => {
  await using t = await searched();
  await t.live.level();
  await Promise.all(Array.from({ length: 100 }, async (_, n) => {
    await t.emit("word.delta", `w${n}`);
    const index = await t.live.level();
    assertEquals(index.search(query(`w${n} `)).map(({ id }) => id), [`w${n}`]);
  }));
  assertEquals([t.live.size, t.loads.count], [100, 1]);
});

Deno.test("level() reads a log longer than its page", async () => {
  await using t = await searched();
  await t.live.level();
  await Promise.all(Array.from({ length: 1_300 }, (_, n) => t.emit("word.delta", `w${n}`)));
  assertEquals((await t.live.level()).size, 1_300);
});

Deno.test("level() loads again after it failed, and says so meanwhile", async () => {
  await using t = await searched(["one"]);
  t.loads.fail = true;
  await assertRejects(() => t.live.level(), Error, "the store is gone");
  t.loads.fail = false;
  assertEquals((await t.live.level()).size, 1);
});

Deno.test("level() builds anew when much of the index is waste", async () => {
  await using t = await searched(["kept"]);
  await t.live.level();
  for (const type of ["word.delta", "gone.delta"]) {
    await Promise.all(Array.from({ length: 600 }, (_, n) => t.emit(type, `w${n}`)));
  }
  await t.live.level();
  // The log says the same again, in the same order.
  assertEquals([(await t.live.level()).size, t.loads.count], [1, 2]);
});

Deno.test("level() loads again when the log is no longer kept from where it stands", async () => {
  await using t = await searched(["one"]);
  await t.emit("word.delta", "two");
  await t.live.level();
  await t.emit("word.delta", "three");
  const { floorKey } = await import("../../kernel/events/read.ts");
  await transact(t.ctx, "ws", (tx) => tx.set(floorKey("ws"), { stamp: "f".repeat(20) }));
  await t.live.level();
  assertEquals(t.loads.count, 2);
});

Deno.test("createSearchIndexes() forgets the workspaces not asked for longest, and keeps them apart", async () => {
  await using t = await searched();
  const indexes = createSearchIndexes(t.ctx, 5);
  const ask = (workspaceId: string, text: string) =>
    indexes.query(t.source, workspaceId, { text, limit: 10, halfLifeMs: 1 });
  for (const workspaceId of ["a", "b", "c"]) {
    await ask(workspaceId, "x");
    for (const n of [1, 2]) await t.emit("word.delta", `${workspaceId}${n}`, workspaceId);
    assertEquals((await ask(workspaceId, "word")).length, 2);
  }
  assertEquals([indexes.held, t.loads.count], [2, 3]);
  assertEquals((await ask("b", "a1")).length, 0);
});
