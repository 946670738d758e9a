import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { headKey } from "./batch_commit.ts";
import { defineKey, keyId } from "./keyspace.ts";
import { ReadCache } from "./read_cache.ts";
import { encodeJson } from "./values.ts";
import { WriteSet } from "./write_set.ts";

const key = defineKey("k", { slice: "test", version: 1, retention: "keep" });
const count = defineKey("n", { slice: "test", version: 1, retention: "keep", encoding: "sum" });
const one = key("w", 1);
const id = keyId(one);
const clock = { mono: () => 0, now: () => 0 };

const entry = (value: unknown, versionstamp: string) =>
  ({ key: one, value: encodeJson(value), versionstamp }) as unknown as Deno.KvEntryMaybe<unknown>;
const setOf = (stage: (set: WriteSet) => void) => {
  const set = new WriteSet({ clock });
  stage(set);
  return [{ set }];
};

Deno.test("ReadCache keeps what a commit wrote, and nothing of one that failed", () => {
  const cache = new ReadCache(clock);
  const batch = setOf((set) => set.set(one, "a"));
  cache.writing(batch);
  cache.written(batch, "01");
  assertEquals(cache.get(id)?.versionstamp, "01");
  cache.writing(batch);
  assertEquals(cache.get(id), undefined);
  cache.written(batch, null);
  assertEquals(cache.get(id), undefined);
});

Deno.test("ReadCache keeps no read that a commit of the key overtook", () => {
  const cache = new ReadCache(clock);
  const batch = setOf((set) => set.set(one, "b"));
  const early = cache.begin(id)!;
  cache.writing(batch);
  assertEquals(cache.begin(id), null);
  cache.end(early, entry("a", "01"));
  assertEquals(cache.get(id), undefined);
  cache.written(batch, "02");
  assertEquals(cache.get(id)?.versionstamp, "02");
});

Deno.test("ReadCache does not keep what expires or is summed", () => {
  const cache = new ReadCache(clock);
  const batch = setOf((set) => set.set(one, "a", { expireIn: 1_000 }).sum(count("w"), 1));
  cache.writing(batch);
  cache.written(batch, "01");
  assertEquals([cache.get(id), cache.get(keyId(count("w")))], [undefined, undefined]);
});

Deno.test("ReadCache does not keep heads, which a commit changes beside its sets", async () => {
  await using store = await tempStore();
  const submit = () => store.kv.submit(store.kv.writeSet().emit("w", "s", { type: "a.b" }));
  const stamps = new Set<string | null>();
  for (let n = 0; n < 3; n++) {
    await submit();
    stamps.add((await store.kv.get(headKey("w"))).versionstamp);
  }
  assertEquals(stamps.size, 3);
});

Deno.test("ReadCache serves what was read for a second, what was written for as long as it fits", () => {
  let mono = 0;
  const cache = new ReadCache({ mono: () => mono });
  cache.end(cache.begin(id)!, entry("a", "01"));
  mono = 999;
  assertEquals(cache.get(id)?.versionstamp, "01");
  mono = 1_000;
  assertEquals(cache.get(id), undefined);
  const batch = setOf((set) => set.delete(one));
  cache.writing(batch);
  cache.written(batch, "02");
  mono = 1_000_000;
  assertEquals(cache.get(id)?.versionstamp, null);
});

Deno.test("ReadCache forgets the oldest first and asks the store now and then", () => {
  const cache = new ReadCache(clock);
  const write = (n: number) => {
    const batch = setOf((set) => set.set(key("w", n), "x".repeat(10_000)));
    cache.writing(batch);
    cache.written(batch, "01");
  };
  for (let n = 0; n < 2_000; n++) write(n);
  assertEquals(cache.get(keyId(key("w", 0))), undefined);
  assert(cache.get(keyId(key("w", 1_999))));
  const served = Array.from({ length: 128 }, () => cache.get(keyId(key("w", 1_999))));
  assertEquals(served.filter((kept) => kept === undefined).length, 2);
});

type Step = { readonly n: number; readonly does: "set" | "delete" | "touch" | "expire" | "read" };
const steps = fc.array(
  fc.record({
    n: fc.nat(3),
    does: fc.constantFrom<Step["does"]>("set", "delete", "touch", "expire", "read"),
  }),
  { minLength: 20, maxLength: 120 },
);

/** What was read must be what is stored at that version, and no older than what was answered before. */
Deno.test("Store.get() reads what is stored, whatever is written meanwhile", async () => {
  await using store = await tempStore({ kind: "file" });
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 8 }), async (all, width) => {
      const answered = new Map<number, string>();
      let wrong = 0;
      const take = async ({ n, does }: Step, value: number) => {
        const at = key("w", n);
        if (does === "read") {
          const least = answered.get(n) ?? "";
          const found = await store.kv.get<{ n: number }>(at);
          if (found.value && (found.value.n !== n || found.versionstamp! < least)) wrong++;
          return;
        }
        const set = store.kv.writeSet();
        if (does === "delete") set.delete(at);
        else if (does === "touch") set.touch(at, { n, value });
        else set.set(at, { n, value }, does === "expire" ? { expireIn: 60_000 } : {});
        const done = await store.kv.submit(set);
        if (done.ok && done.versionstamp > (answered.get(n) ?? "")) {
          answered.set(n, done.versionstamp);
        }
      };
      let next = 0;
      await Promise.all(Array.from({ length: width }, async () => {
        while (next < all.length) await take(all[next]!, next++);
      }));
      for (let n = 0; n < 4; n++) {
        const [read, raw] = [await store.kv.get(key("w", n)), await store.kv.getBytes(key("w", n))];
        if (read.versionstamp !== raw.versionstamp) wrong++;
      }
      assertEquals(wrong, 0);
    }),
    { numRuns: 60 },
  );
});
