/** What the kernel relies on, proved on every back end it runs on. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../lib/kernel/core/clock.ts";
import { readEvents, readFeed } from "../../lib/kernel/events/mod.ts";
import {
  defineKey,
  openStore,
  parseFaults,
  type Store,
  type StoreTuning,
  transact,
} from "../../lib/kernel/kv/mod.ts";
import { KV_CONNECT_CHECKS, SQLITE_CHECKS } from "../../lib/kernel/kv/limits.ts";

export interface Backend {
  readonly name: string;
  readonly kind: "memory" | "file" | "shared";
  /** A fresh, empty place; on a shared server the cases use workspaces of their own. */
  path(): Promise<string>;
}

export interface ContractCase {
  readonly name: string;
  run(backend: Backend): Promise<void>;
}

const key = defineKey("contract", { slice: "test", version: 1, retention: "keep" });
const log = { warn() {} };
let workspaces = 0;
const workspace = () => `contract-${Date.now()}-${++workspaces}`;

const open = async (backend: Backend, tuning?: StoreTuning): Promise<Store> =>
  await openStore({ path: await backend.path(), clock: systemClock, log, tuning });

async function raw(backend: Backend): Promise<Deno.Kv> {
  return await Deno.openKv(await backend.path());
}

const stampKey = (
  kv: Deno.Kv,
  ...parts: Deno.KvKeyPart[]
) => [...parts, kv.commitVersionstamp() as unknown as string];

async function stampsInOrder(backend: Backend): Promise<void> {
  using kv = await raw(backend);
  const ws = workspace();
  let last = "";
  for (let i = 0; i < 20; i++) {
    const result = await kv.atomic().set(stampKey(kv, ws), i).set([ws, "beside"], i).commit();
    assert(result.ok && result.versionstamp > last && /^[0-9a-f]{20}$/.test(result.versionstamp));
    last = result.versionstamp;
  }
  const entries = await Array.fromAsync(kv.list<number>({ prefix: [ws], end: [ws, "beside"] }));
  assertEquals(entries.map((entry) => entry.value), Array.from({ length: 20 }, (_, i) => i));
  for (const entry of entries) assertEquals(entry.key[1], entry.versionstamp);
}

async function stampsNeverSeenOutOfOrder(backend: Backend): Promise<void> {
  using kv = await raw(backend);
  const ws = workspace();
  const total = 300;
  let written = 0;
  const writers = Array.from({ length: 8 }, async () => {
    while (written < total) await kv.atomic().set(stampKey(kv, ws), written++).commit();
  });
  const seen: string[] = [];
  while (seen.length < total) {
    const start = [ws, (seen.at(-1) ?? "") + "\0"];
    for await (const entry of kv.list({ prefix: [ws], start })) seen.push(entry.key[1] as string);
  }
  await Promise.all(writers);
  assertEquals(seen, seen.toSorted());
  const all = await Array.fromAsync(kv.list({ prefix: [ws] }));
  assertEquals(seen.slice(0, total).length, total);
  assertEquals(all.slice(0, total).map((entry) => entry.key[1]), seen.slice(0, total));
}

async function twoSetsOfOneStreamLoseOne(backend: Backend): Promise<void> {
  using kv = await raw(backend);
  const ws = workspace();
  await kv.atomic().set(stampKey(kv, ws), "first").set(stampKey(kv, ws), "second").commit();
  const entries = await Array.fromAsync(kv.list({ prefix: [ws] }));
  assertEquals(entries.map((entry) => entry.value), ["second"]);
}

async function listStartsInclusive(backend: Backend): Promise<void> {
  using kv = await raw(backend);
  const ws = workspace();
  for (const name of ["a", "b", "c"]) await kv.set([ws, name], name);
  const from = async (start: string) =>
    (await Array.fromAsync(kv.list({ prefix: [ws], start: [ws, start] }))).map((entry) =>
      entry.value
    );
  assertEquals(await from("b"), ["b", "c"]);
  assertEquals(await from("b\0"), ["c"]);
}

async function checksUpToTheLimit(backend: Backend): Promise<void> {
  using kv = await raw(backend);
  const ws = workspace();
  const limit = backend.kind === "shared" ? KV_CONNECT_CHECKS : SQLITE_CHECKS;
  const commit = async (checks: number) => {
    const atomic = kv.atomic().set([ws, "done"], checks);
    for (let i = 0; i < checks; i++) atomic.check({ key: [ws, i], versionstamp: null });
    return (await atomic.commit()).ok;
  };
  assertEquals(await commit(limit), true);
  await assertRejects(() => commit(limit + 1));
  assertEquals((await kv.get([ws, "done"])).value, limit);
}

async function mutationsAndBytesUpToTheLimit(backend: Backend): Promise<void> {
  using kv = await raw(backend);
  const ws = workspace();
  const atomic = kv.atomic();
  for (let i = 0; i < 1_000; i++) atomic.set([ws, i], i);
  assertEquals((await atomic.commit()).ok, true);
  const large = kv.atomic();
  for (let i = 0; i < 13; i++) large.set([ws, i], new Uint8Array(60_000));
  assertEquals((await large.commit()).ok, true);
  await assertRejects(() => kv.set([ws], new Uint8Array(65_537)));
  assertEquals((await kv.getMany(Array.from({ length: 10 }, (_, i) => [ws, i]))).length, 10);
}

async function watchRings(backend: Backend): Promise<void> {
  await using kv = await open(backend);
  const ws = workspace();
  const stop = new AbortController();
  const rung = Promise.withResolvers<void>();
  let seen = 0;
  const watching = kv.watch([key(ws, 0), key(ws, 1)], stop.signal, (positions) => {
    seen++;
    if (positions.includes(1)) rung.resolve();
  });
  await kv.submit(kv.writeSet().set(key(ws, 1), 1));
  await rung.promise;
  stop.abort();
  await watching;
  assert(seen > 0);
}

async function cursorsResume(backend: Backend): Promise<void> {
  await using kv = await open(backend);
  const ws = workspace();
  const ctx = { kv };
  await Promise.all(
    Array.from(
      { length: 30 },
      (_, n) => transact(ctx, ws, (tx) => tx.emit(n % 2 ? "odd" : "even", { type: "t", n })),
    ),
  );
  const feed = await readFeed(ctx, ws);
  assertEquals(feed.length, 30);
  for (let at = 0; at < feed.length; at++) {
    const rest = await readFeed(ctx, ws, { after: feed[at]!.id });
    assertEquals(rest.map((event) => event.id), feed.slice(at + 1).map((event) => event.id));
    const stream = await readEvents(ctx, ws, "odd", { after: feed[at]!.id });
    const expected = feed.slice(at + 1).filter((event) => event.stream === "odd");
    assertEquals(stream.map((event) => event.id), expected.map((event) => event.id));
  }
}

async function unknownResultsApplyOnce(backend: Backend): Promise<void> {
  let n = 0;
  const outcome = (commit: number) => {
    n = commit;
    return commit % 3 === 0
      ? "throw_after_success" as const
      : commit % 5 === 0
      ? "throw_before" as const
      : undefined;
  };
  await using kv = await open(backend, { faults: { outcome } });
  const ws = workspace();
  await Promise.all(Array.from({ length: 6 }, async (_, writer) => {
    for (let i = 0; i < 10; i++) {
      await transact({ kv }, ws, (tx) => tx.emit("s", { type: "t", writer, i }));
    }
  }));
  const events = (await readEvents({ kv }, ws, "s")).map((event) => JSON.parse(event.json));
  assertEquals(events.length, 60);
  assertEquals(new Set(events.map(({ writer, i }) => `${writer}.${i}`)).size, 60);
  for (let writer = 0; writer < 6; writer++) {
    const mine = events.filter((event) => event.writer === writer).map((event) => event.i);
    assertEquals(mine, mine.toSorted((a, b) => a - b));
  }
  assert(n > 5 && kv.stats.unknown > 0);
}

async function lockedIsWaitedOut(backend: Backend): Promise<void> {
  await using kv = await open(backend, { faults: parseFaults("locked:2-4") });
  const ws = workspace();
  for (let n = 0; n < 3; n++) await transact({ kv }, ws, (tx) => tx.emit("s", { type: "t", n }));
  assertEquals((await readEvents({ kv }, ws, "s")).length, 3);
}

async function contendersAllSucceed(backend: Backend): Promise<void> {
  await using kv = await open(backend);
  const ws = workspace();
  const add = (name: string) =>
    transact({ kv }, ws, async (tx) => {
      tx.set(key(ws, name), (await tx.get<number>(key(ws, name)) ?? 0) + 1);
      tx.emit("s", { type: "t" });
    });
  await Promise.all([
    ...Array.from({ length: 50 }, () => add("hot")),
    ...Array.from({ length: 20 }, (_, i) => add(`cold${i}`)),
  ]);
  assertEquals((await kv.get(key(ws, "hot"))).value, 50);
  assertEquals((await kv.get(key(ws, "cold7"))).value, 1);
  assertEquals((await readEvents({ kv }, ws, "s")).length, 70);
}

async function wideTransactionsFit(backend: Backend): Promise<void> {
  await using kv = await open(backend);
  const ws = workspace();
  await Promise.all(Array.from({ length: 12 }, (_, n) =>
    transact({ kv }, ws, (tx) => {
      for (let i = 0; i < 10; i++) tx.assume(key(ws, n, i), null);
      for (let i = 0; i < 40; i++) tx.set(key(ws, n, i), "x".repeat(500));
    })));
  const entries = await Array.fromAsync(kv.listBytes({ prefix: key.prefix(ws) }));
  assertEquals(entries.length, 480);
}

export const CONTRACT: readonly ContractCase[] = [
  { name: "versionstamps rise with commits and equal the entry's", run: stampsInOrder },
  { name: "concurrent commits are never seen out of order", run: stampsNeverSeenOutOfOrder },
  { name: "two sets of one stream in a commit lose the first", run: twoSetsOfOneStreamLoseOne },
  { name: "list starts inclusive, and behind a key with a zero added", run: listStartsInclusive },
  { name: "checks fit up to the recorded limit and not beyond", run: checksUpToTheLimit },
  {
    name: "1 000 mutations and 780 kB fit; a value over 64 KiB does not",
    run: mutationsAndBytesUpToTheLimit,
  },
  { name: "watch tells which key changed", run: watchRings },
  { name: "cursors resume after every event, in streams and in the feed", run: cursorsResume },
  {
    name: "commits with unknown results are applied once and in order",
    run: unknownResultsApplyOnce,
  },
  { name: "a locked database is waited for", run: lockedIsWaitedOut },
  { name: "fifty contenders of one key all succeed", run: contendersAllSucceed },
  { name: "transactions with ten checks and forty writes fit", run: wideTransactionsFit },
];
