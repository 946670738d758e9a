import { assertEquals, assertRejects } from "@std/assert";
import { type TempStore, tempStore } from "../../../tests/harness/temp_store.ts";
import { ManualClock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import {
  blobChunkKey,
  readBlob,
  readJsonBlob,
  stageBlob,
  stageBlobRelease,
  stageJsonBlob,
  sweepBlobs,
} from "./blob.ts";
import { transact } from "./transact.ts";

const bytesOf = (size: number, seed = 7) =>
  Uint8Array.from({ length: size }, (_, i) => (i * seed) % 251);
const put = (store: TempStore, owner: string, bytes: Uint8Array) =>
  transact(store, "w", (tx) => stageBlob(store, tx, "w", owner, bytes));
const chunks = async (store: TempStore) =>
  (await Array.fromAsync(store.kv.listBytes({ prefix: blobChunkKey.prefix("w") }))).length;

Deno.test("stageBlob() stores and gives back values around the chunk size", async () => {
  await using store = await tempStore();
  for (const size of [0, 1, 59_999, 60_000, 60_001, 700_000]) {
    const bytes = bytesOf(size);
    const ref = await put(store, "run_1", bytes);
    assertEquals(ref.sizeBytes, size);
    assertEquals(await readBlob(store, "w", ref.digest), bytes);
  }
});

Deno.test("stageBlob() stores equal content once, for any number of owners", async () => {
  await using store = await tempStore();
  await Promise.all(["a", "b", "c"].map((owner) => put(store, owner, bytesOf(100_000))));
  await put(store, "d", bytesOf(100_000));
  await sweepBlobs(store, "w", -1);
  assertEquals(await chunks(store), 2);
});

Deno.test("stageJsonBlob() keeps text of any script", async () => {
  await using store = await tempStore();
  const value = { text: "Grüße — 你好 👋 ".repeat(9_000) };
  const ref = await transact(store, "w", (tx) => stageJsonBlob(store, tx, "w", "o", value));
  assertEquals(await readJsonBlob(store, "w", ref.digest), value);
});

Deno.test("sweepBlobs() removes what nobody refers to any more, and only that", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const kept = await put(store, "a", bytesOf(70_000, 3));
  const gone = await put(store, "a", bytesOf(70_000, 5));
  await transact(store, "w", (tx) => stageBlobRelease(tx, "w", "a", gone.digest));
  assertEquals(await sweepBlobs(store, "w", 1_000), 0);
  clock.advance(2_000);
  assertEquals(await sweepBlobs(store, "w", 1_000), 1);
  assertEquals((await readBlob(store, "w", kept.digest)).length, 70_000);
  const error = await assertRejects(() => readBlob(store, "w", gone.digest), AppError);
  assertEquals([error.code, await chunks(store)], ["not_found", 2]);
});

Deno.test("sweepBlobs() removes uploads whose commit never came", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  await stageBlob(store, store.kv.writeSet(), "w", "a", bytesOf(130_000));
  assertEquals(await chunks(store), 3);
  clock.advance(10);
  assertEquals(await sweepBlobs(store, "w", 5), 1);
  assertEquals(await chunks(store), 0);
});

Deno.test("a reference staged while the sweep runs is never left dangling", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const ref = await put(store, "a", bytesOf(70_000));
  await transact(store, "w", (tx) => stageBlobRelease(tx, "w", "a", ref.digest));
  clock.advance(10);
  await Promise.all([sweepBlobs(store, "w", 5), put(store, "b", bytesOf(70_000))]);
  assertEquals((await readBlob(store, "w", ref.digest)).length, 70_000);
});

Deno.test("sweepBlobs() removes later the chunks a sweep that broke off left", async () => {
  const clock = new ManualClock();
  let isDown = true;
  const before = (_n: number, what: () => string) => {
    if (isDown && what().includes("delete blobc")) throw new AppError("unavailable");
  };
  await using store = await tempStore({ clock, tuning: { faults: { before } } });
  const ref = await put(store, "a", bytesOf(70_000));
  await transact(store, "w", (tx) => stageBlobRelease(tx, "w", "a", ref.digest));
  clock.advance(10);
  await assertRejects(() => sweepBlobs(store, "w", 5), AppError, "unavailable");
  assertEquals(await chunks(store), 2);
  isDown = false;
  assertEquals([await sweepBlobs(store, "w", 5), await chunks(store)], [1, 0]);
  assertEquals(await sweepBlobs(store, "w", 5), 0);
});
