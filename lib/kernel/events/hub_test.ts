import { assert, assertEquals } from "@std/assert";
import { type TempStore, tempStore } from "../../../tests/harness/temp_store.ts";
import { readEvents } from "./read.ts";
import { type EventHub, openHub } from "./hub.ts";

const emit = (
  store: TempStore,
  n: number,
  options: { type?: string; pad?: number; stream?: string } = {},
) =>
  store.kv.submit(
    store.kv.writeSet().emit("w", options.stream ?? "s", {
      type: options.type ?? "t",
      n,
      pad: "x".repeat(options.pad ?? 0),
    }, { hidden: "journal" }),
  );
const hubOf = (store: TempStore) =>
  openHub({ kv: store.kv, clock: store.clock, log: { warn: (m) => store.warnings.push(m) } });

/** The numbers of the first `count` events a follower sees. */
async function take(hub: EventHub, count: number, after?: string, stream = "s", types?: string[]) {
  const seen: number[] = [];
  let id = after;
  for await (const event of hub.followEvents("w", stream, { after, types })) {
    seen.push(JSON.parse(event.json).n);
    id = event.id;
    if (seen.length === count) break;
  }
  return { seen, id };
}

Deno.test("EventHub.follow() gives the log and then what is new", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  await emit(store, 0);
  const live = take(hub, 3);
  await emit(store, 1);
  await emit(store, 2);
  assertEquals((await live).seen, [0, 1, 2]);
  hub.close();
});

Deno.test("EventHub.follow() loses and repeats nothing for viewers that come back", async () => {
  await using store = await tempStore({ kind: "file" });
  const hub = hubOf(store);
  const total = 600;
  const viewers = [3, 7, 17].map(async (chunk) => {
    const seen: number[] = [];
    let after: string | undefined;
    while (seen.length < total) {
      const got = await take(hub, Math.min(chunk, total - seen.length), after);
      seen.push(...got.seen);
      after = got.id;
    }
    return seen;
  });
  let n = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (n < total) await emit(store, n++, { pad: 500 });
  }));
  const log = (await readEvents(store, "w", "s")).map((event) => JSON.parse(event.json).n);
  for (const seen of await Promise.all(viewers)) assertEquals(seen, log);
  hub.close();
});

Deno.test("EventHub.follow() shares one encoding among live viewers", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  const started: Promise<unknown>[] = [];
  const batches = [0, 1].map(async () => {
    const ready = Promise.withResolvers<void>();
    started.push(ready.promise);
    for await (const item of hub.follow("w", "s")) {
      if (item.kind !== "events") continue;
      if (
        item.lastId.endsWith(".0") && item.events.length === 1 &&
        JSON.parse(item.events[0]!.json).n === 1
      ) {
        return item.bytes;
      }
      ready.resolve();
    }
  });
  await emit(store, 0);
  await Promise.all(started);
  await emit(store, 1);
  const [a, b] = await Promise.all(batches);
  assert(a && a === b);
  hub.close();
});

Deno.test("EventHub.follow() of the feed filters by type and leaves deltas out", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  const loud = take(hub, 2, undefined, "feed");
  const deltas = take(hub, 1, undefined, "feed", ["step.delta"]);
  await emit(store, 0);
  await emit(store, 1, { type: "step.delta" });
  await emit(store, 2, { stream: "other" });
  assertEquals((await loud).seen, [0, 2]);
  assertEquals((await deltas).seen, [1]);
  hub.close();
});

Deno.test("EventHub.follow() says reset for a cursor of another store and starts over", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  await emit(store, 0);
  const kinds: string[] = [];
  for await (const item of hub.follow("w", "s", { after: `${"f".repeat(20)}.0` })) {
    kinds.push(item.kind);
    if (item.kind === "events") break;
  }
  assertEquals(kinds, ["reset", "events"]);
  hub.close();
});

/** Appends until the hub has let its only viewer go. */
async function overrun(store: TempStore, hub: EventHub, pad: number): Promise<void> {
  for (let n = 1; hub.viewers > 0; n++) await emit(store, n, { pad });
}

Deno.test("EventHub.follow() closes a consumer that lags, with the reason", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  await emit(store, 0);
  const follower = hub.follow("w", "s", { maxBufferBytes: 2_000 });
  assertEquals((await follower.next()).value?.kind, "events");
  await overrun(store, hub, 1_500);
  assertEquals((await follower.next()).value, { kind: "closed", reason: "slow_consumer" });
  assertEquals((await follower.next()).done, true);
  hub.close();
});

Deno.test("EventHub.sse() sends ready, frames with id and type, and closed", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  await emit(store, 7);
  const reader = hub.sse("w", "s").pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "retry: 1000\nevent: ready\ndata: {}\n\n");
  const frame = (await reader.read()).value!;
  const [event] = await readEvents(store, "w", "s");
  assert(frame.startsWith(`id: ${event!.id}\nevent: t\ndata: {"id":"${event!.id}","stream":"s",`));
  assert(!frame.includes("journal"));
  hub.close();
  assertEquals((await reader.read()).value, 'event: closed\ndata: {"reason":"closing"}\n\n');
  assertEquals((await reader.read()).done, true);
});

Deno.test("EventHub.sse() closes a reader that does not read", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  await emit(store, 0);
  const reader = hub.sse("w", "s", { maxBufferBytes: 4_000 }).getReader();
  await reader.read();
  await reader.read();
  await overrun(store, hub, 1_000);
  const text: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text.push(new TextDecoder().decode(value));
  }
  assertEquals(text.at(-1), 'event: closed\ndata: {"reason":"slow_consumer"}\n\n');
  hub.close();
});

Deno.test("EventHub.follow() ends with its signal", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  const stop = new AbortController();
  const follower = hub.follow("w", "s", { signal: stop.signal });
  const next = follower.next();
  stop.abort();
  assertEquals((await next).done, true);
  assertEquals(hub.viewers, 0);
  hub.close();
});

Deno.test("EventHub.subscribe() drops a follower that throws, and the others miss nothing", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  const started = Promise.withResolvers<void>();
  let isBroken = false;
  hub.subscribe("w", "s", {}, {
    send() {
      if (isBroken) throw new Error("controller is closed");
      started.resolve();
      return true;
    },
    drained: () => Promise.resolve(true),
  });
  await emit(store, 0);
  await started.promise;
  const other = hub.followEvents("w", "s");
  await other.next();
  isBroken = true;
  await emit(store, 1);
  assertEquals(JSON.parse((await other.next()).value!.json).n, 1);
  assertEquals([hub.viewers, store.warnings], [1, ["event follower failed"]]);
  await other.return(undefined);
  hub.close();
});

Deno.test("EventHub.follow() forgets a log whose follower left in the middle of the backlog", async () => {
  await using store = await tempStore();
  const hub = hubOf(store);
  await emit(store, 0);
  const follower = hub.follow("w", "s", { after: `${"f".repeat(20)}.0` });
  assertEquals((await follower.next()).value?.kind, "reset");
  // Its first page is sent while nobody takes it.
  for (let turn = 0; turn < 20; turn++) await readEvents(store, "w", "s");
  await follower.return(undefined);
  for (let turn = 0; turn < 20; turn++) await readEvents(store, "w", "s");
  assertEquals([hub.viewers, hub.channels], [0, 0]);
  hub.close();
});
