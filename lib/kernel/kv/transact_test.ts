import { assert, assertEquals, assertRejects } from "@std/assert";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { readEvents } from "../events/read.ts";
import { AppError } from "../core/errors.ts";
import { parseFaults } from "./faults.ts";
import { defineKey, keyId } from "./keyspace.ts";
import { transact } from "./transact.ts";

const key = defineKey("k", { slice: "test", version: 1, retention: "keep" });

Deno.test("transact() commits state and event together and returns the callback's value", async () => {
  await using store = await tempStore();
  const rung: string[] = [];
  const value = await transact(store, "w", (tx) => {
    tx.set(key("w", 1), { n: 1 });
    tx.emit("s", { type: "thing.made" });
    tx.afterCommit(() => rung.push("after"));
    tx.onCommit((committed) => rung.push(`${committed.firstIndex("w", "s")}`));
    return "done";
  });
  assertEquals([value, rung], ["done", ["0", "after"]]);
  const [event] = await readEvents(store, "w", "s");
  const entry = await store.kv.get(key("w", 1));
  assertEquals(event!.id.slice(0, 20), entry.versionstamp);
});

Deno.test("transact() loses no increment among 50 contenders", async () => {
  await using store = await tempStore({ kind: "file" });
  await Promise.all(Array.from({ length: 50 }, () =>
    transact(store, "w", async (tx) => {
      tx.set(key("w"), (await tx.get<number>(key("w")) ?? 0) + 1);
    })));
  assertEquals((await store.kv.get(key("w"))).value, 50);
});

Deno.test("transact() reads again after a conflict on a key it did not write", async () => {
  await using store = await tempStore();
  let runs = 0;
  await transact(store, "w", async (tx) => {
    await tx.get(key("w", "guard"));
    if (++runs === 1) await store.kv.submit(store.kv.writeSet().set(key("w", "guard"), 1));
    tx.set(key("w", "out"), runs);
  });
  assertEquals([runs, (await store.kv.get(key("w", "out"))).value], [2, 2]);
});

Deno.test("transact() runs again when it saw two versions of one key", async () => {
  await using store = await tempStore();
  let runs = 0;
  await transact(store, "w", async (tx) => {
    await tx.get(key("w"));
    if (++runs === 1) await store.kv.submit(store.kv.writeSet().set(key("w"), 1));
    tx.set(key("w", "out"), await tx.get(key("w")));
  });
  assertEquals([runs, (await store.kv.get(key("w", "out"))).value], [2, 1]);
});

Deno.test("transact() does not check what it peeked at", async () => {
  await using store = await tempStore();
  let runs = 0;
  await transact(store, "w", async (tx) => {
    runs++;
    await tx.peek(key("w"));
    await store.kv.submit(store.kv.writeSet().set(key("w"), 1));
    tx.set(key("w", "out"), 1);
  });
  assertEquals(runs, 1);
});

Deno.test("transact() gives up with conflict after its attempts", async () => {
  await using store = await tempStore({ tuning: { faults: parseFaults("conflict:1-100") } });
  let runs = 0;
  const error = await assertRejects(() =>
    transact(store, "w", async (tx) => {
      runs++;
      tx.set(key("w"), await tx.get(key("w")));
    }, { attempts: 3 }), AppError);
  assertEquals([error.code, runs], ["conflict", 3]);
});

Deno.test("transact() survives a conflict forced a few times", async () => {
  await using store = await tempStore({ tuning: { faults: parseFaults("conflict:1-7") } });
  await transact(
    store,
    "w",
    async (tx) => tx.set(key("w"), (await tx.get<number>(key("w")) ?? 0) + 1),
  );
  assertEquals((await store.kv.get(key("w"))).value, 1);
});

Deno.test("transact() lets an error of the callback through and writes nothing", async () => {
  await using store = await tempStore();
  await assertRejects(() =>
    transact(store, "w", (tx) => {
      tx.set(key("w"), 1);
      throw new AppError("forbidden");
    }), AppError);
  assertEquals((await store.kv.get(key("w"))).value, null);
});

Deno.test("transact() stops waiting in line at its deadline", async () => {
  await using store = await tempStore();
  const gate = Promise.withResolvers<void>();
  await store.kv.queue.enter("held", Infinity);
  const id = "1:w1:w1:k";
  await store.kv.queue.enter(id, Infinity);
  const late = transact(store, "w", async (tx) => {
    await tx.get(key("w"));
    tx.set(key("w"), 1);
    gate.resolve();
  }, { deadlineMs: 10 });
  const error = await assertRejects(() => late, AppError);
  assertEquals(error.code, "conflict");
  store.kv.queue.leave(id, null);
  await transact(store, "w", (tx) => tx.set(key("w"), 2));
});

Deno.test("transact() that stages nothing commits nothing", async () => {
  await using store = await tempStore();
  assertEquals(await transact(store, "w", (tx) => tx.get(key("w"))), null);
  assertEquals(store.kv.stats.commits, 0);
});

Deno.test("openStore() refuses a file that is in use and takes it once free", async () => {
  await using store = await tempStore({ kind: "file" });
  const { openStore } = await import("./open.ts");
  const open = () => openStore({ path: store.path, clock: store.clock, log: { warn() {} } });
  const error = await assertRejects(open, AppError, "in use by another Muster process");
  assertEquals(error.code, "unavailable");
  assert(error.detail.includes(`pid ${Deno.pid}`));
  await store.kv.close();
  const again = await open();
  await again.close();
});

Deno.test("transact() reads contended keys together and leaves no place in a queue behind", async () => {
  await using store = await tempStore();
  const [a, b] = [key("w", "a"), key("w", "b")];
  const readers = [[a], [b], [a, b], [b, a]];
  const add = (keys: typeof readers[number]) =>
    transact(store, "w", async (tx) => {
      const values = await Promise.all(keys.map((each) => tx.get<number>(each)));
      keys.forEach((each, i) => tx.set(each, (values[i] ?? 0) + 1));
    });
  await Promise.all(Array.from({ length: 24 }, async (_, n) => {
    for (let round = 0; round < 10; round++) await add(readers[n % 4]!);
  }));
  assertEquals((await store.kv.getMany<number>([a, b])).map(({ value }) => value), [180, 180]);
});

Deno.test("transact() gives up a place it reached after its callback had failed", async () => {
  await using store = await tempStore();
  const id = keyId(key("w"));
  await store.kv.queue.enter(id, store.clock.mono() + 5_000);
  const failing = transact(store, "w", (tx) => {
    const late = tx.get(key("w"));
    late.catch(() => {});
    throw new Error("the callback");
  });
  await assertRejects(() => failing, Error, "the callback");
  store.kv.queue.leave(id, null);
  await transact(store, "w", async (tx) => tx.set(key("w"), await tx.get(key("w")) ?? 1), {
    deadlineMs: 500,
  });
  assertEquals(store.kv.queue.isQueued(id), false);
});
