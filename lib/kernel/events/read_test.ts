import { assertEquals, assertRejects } from "@std/assert";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { AppError } from "../core/errors.ts";
import type { Store } from "../kv/store.ts";
import { publicJson, type StoredEvent } from "./entry.ts";
import { floorKey, readEvents, readFeed, readPage, requireCursor } from "./read.ts";

const emit = (kv: Store, stream: string, type: string, n: number, workspaceId = "w") =>
  kv.submit(kv.writeSet().emit(workspaceId, stream, { type, n }, { secret: n }));
const numbers = (events: StoredEvent[]) => events.map((event) => JSON.parse(event.json).n);

Deno.test("readEvents() resumes in the middle of an entry", async () => {
  await using store = await tempStore();
  await Promise.all([0, 1, 2, 3].map((n) => emit(store.kv, "s", "t", n)));
  const all = await readEvents(store, "w", "s");
  assertEquals(numbers(all), [0, 1, 2, 3]);
  assertEquals(numbers(await readEvents(store, "w", "s", { after: all[1]!.id })), [2, 3]);
  assertEquals(numbers(await readEvents(store, "w", "s", { after: all[1]!.id, limit: 1 })), [2]);
  assertEquals(numbers(await readEvents(store, "w", "s", { after: all[3]!.id })), []);
});

Deno.test("readEvents() pages through every limit", async () => {
  await using store = await tempStore();
  for (let n = 0; n < 7; n++) await emit(store.kv, "s", "t", n);
  for (let limit = 1; limit <= 8; limit++) {
    const seen: number[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await readEvents(store, "w", "s", { after, limit });
      seen.push(...numbers(page));
      if (page.length < limit) break;
      after = page.at(-1)!.id;
    }
    assertEquals(seen, [0, 1, 2, 3, 4, 5, 6]);
  }
});

Deno.test("readEvents() sees its stream and workspace only", async () => {
  await using store = await tempStore();
  await Promise.all([emit(store.kv, "s", "t", 1), emit(store.kv, "s", "t", 2, "other")]);
  assertEquals(numbers(await readEvents(store, "w", "s")), [1]);
  assertEquals(await readEvents(store, "w", "nothing"), []);
});

Deno.test("readFeed() merges the streams in commit order and leaves deltas out", async () => {
  await using store = await tempStore();
  await Promise.all([
    emit(store.kv, "a", "t", 0),
    emit(store.kv, "b", "t", 1),
    emit(store.kv, "a", "t", 2),
  ]);
  await emit(store.kv, "a", "step.delta", 3);
  await emit(store.kv, "b", "u", 4);
  const feed = await readFeed(store, "w");
  assertEquals(numbers(feed), [0, 2, 1, 4]);
  assertEquals(numbers(await readFeed(store, "w", { after: feed[1]!.id })), [1, 4]);
  assertEquals(numbers(await readFeed(store, "w", { types: ["step.*"] })), [3]);
  assertEquals(numbers(await readFeed(store, "w", { types: ["u", "step.delta"], limit: 1 })), [3]);
});

Deno.test("readFeed() fills its limit past events the filter leaves out", async () => {
  await using store = await tempStore();
  for (let n = 0; n < 6; n++) await emit(store.kv, "s", n % 3 === 0 ? "wanted" : "other", n);
  assertEquals(numbers(await readFeed(store, "w", { types: ["wanted"], limit: 2 })), [0, 3]);
});

Deno.test("a cursor means the same place in a stream and in the feed", async () => {
  await using store = await tempStore();
  await Promise.all(["a", "b", "c"].map((stream, n) => emit(store.kv, stream, "t", n)));
  const [b] = await readEvents(store, "w", "b");
  assertEquals(numbers(await readFeed(store, "w", { after: b!.id })), [2]);
});

Deno.test("publicJson() adds id and stream and keeps the hidden part back", async () => {
  await using store = await tempStore();
  await emit(store.kv, "s", "t", 1);
  const [event] = await readEvents(store, "w", "s");
  assertEquals(event!.hidden, '{"secret":1}');
  const shown = JSON.parse(publicJson(event!));
  assertEquals([shown.id, shown.stream, shown.type, shown.n], [event!.id, "s", "t", 1]);
  assertEquals("secret" in shown, false);
});

Deno.test("requireCursor() tells an expired and a foreign cursor", async () => {
  await using store = await tempStore();
  await emit(store.kv, "s", "t", 1);
  const [event] = await readEvents(store, "w", "s");
  await requireCursor(store, "w", event!.id);
  const foreign = assertRejects(() => requireCursor(store, "w", `${"f".repeat(20)}.0`), AppError);
  assertEquals([(await foreign).code, (await foreign).data], ["gone", { reason: "foreign" }]);
  await emit(store.kv, "s", "t", 2);
  const [, newer] = await readEvents(store, "w", "s");
  await store.kv.submit(
    store.kv.writeSet().set(floorKey("w"), { stamp: newer!.id.slice(0, 20) }),
  );
  const expired = assertRejects(() => requireCursor(store, "w", event!.id), AppError);
  assertEquals((await expired).data, { reason: "expired" });
});

Deno.test("readPage() of the feed ends after whole commits when they are large", async () => {
  await using store = await tempStore();
  const pad = "x".repeat(20_000);
  const total = 120;
  for (let n = 0; n < total; n++) {
    await store.kv.submit(store.kv.writeSet().emit("w", `s${n % 7}`, { type: "t", n, pad }));
  }
  const page = await readPage(store, "w", "feed", { stamp: "", index: -1 }, 500, null);
  assertEquals([page.more, page.events.length, page.to], [
    true,
    50,
    page.events[49]!.id.slice(0, 20),
  ]);
  assertEquals(numbers(await readFeed(store, "w")), Array.from({ length: total }, (_, n) => n));
});
