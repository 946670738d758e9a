import { assert, assertEquals, assertRejects } from "@std/assert";
import { silentLogger } from "../../kernel/platform/log.ts";
import { ManualClock } from "../../kernel/core/clock.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { seededIds } from "../../kernel/core/ids.ts";
import type { JsonObject } from "../../kernel/core/json.ts";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { type CacheOptions, createCache } from "./create.ts";
import { type CacheQuestion, cacheSettings, type FreshAnswer } from "./schema.ts";

const facts = { model: "m", provider: "p", inputTokens: 10, outputTokens: 5, costMicros: 700 };
type Settings = Partial<CacheQuestion["settings"]>;

async function harness(options: CacheOptions = {}) {
  const clock = new ManualClock();
  const store = await tempStore({ clock });
  const cache = createCache({ kv: store.kv, clock, ids: seededIds(), log: silentLogger }, options);
  const question = (
    body: JsonObject,
    settings: Settings = {},
    more: Partial<CacheQuestion> = {},
  ) => ({
    workspaceId: "default",
    body: { model: "m", messages: [{ role: "user", content: "Hello" }], ...body },
    route: "",
    mode: "use" as const,
    settings: cacheSettings.parse(settings),
    signal: new AbortController().signal,
    ...more,
  });
  return {
    clock,
    cache,
    kv: store.kv,
    question,
    /** Asks once, reads it all, and waits until it is kept. */
    async all(asked: CacheQuestion, ask: () => Promise<FreshAnswer<null>> = whole("fresh")) {
      const answer = await cache.answer(asked, ask);
      const read = answer.body ?? await readAll(answer.chunks!);
      await cache.flush();
      return { from: answer.from, read };
    },
    async [Symbol.asyncDispose]() {
      await cache.flush();
      await store[Symbol.asyncDispose]();
    },
  };
}

const whole = (body: string) => () =>
  Promise.resolve({ body, facts: () => facts, extra: null } satisfies FreshAnswer<null>);
const streamed = (chunks: readonly string[], ended: typeof facts | null = facts) => () =>
  Promise.resolve(
    { chunks: from(chunks), facts: () => ended, extra: null } satisfies FreshAnswer<null>,
  );

async function* from(chunks: readonly string[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function readAll(chunks: AsyncIterable<string>) {
  const read: string[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return read;
}

/** A stream whose chunks come when told. */
function scripted() {
  const queue: PromiseWithResolvers<IteratorResult<string>>[] = [];
  let [sent, read] = [0, 0];
  const slot = (n: number) => queue[n] ??= Promise.withResolvers<IteratorResult<string>>();
  const state = { signal: null as AbortSignal | null, returned: false, asked: 0 };
  return {
    state,
    send: (value: string) => slot(sent++).resolve({ done: false, value }),
    end: () => slot(sent++).resolve({ done: true, value: undefined }),
    fail: (error: Error) => slot(sent++).reject(error),
    ask: (signal: AbortSignal): Promise<FreshAnswer<null>> => {
      state.signal = signal;
      state.asked++;
      const iterator: AsyncIterator<string> = {
        next: () => slot(read++).promise,
        return: () => {
          state.returned = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      };
      const chunks = { [Symbol.asyncIterator]: () => iterator };
      return Promise.resolve({ chunks, facts: () => facts, extra: null });
    },
  };
}

Deno.test("answer() gives an equal request the same answer again, however it is written", async () => {
  await using it = await harness();
  const first = await it.all(
    it.question({ temperature: 0, stream: false, metadata: { run: "1" } }),
  );
  const again = await it.all(
    it.question({
      messages: [{ content: [{ text: "Hello", type: "text" }], role: "user" }],
      temperature: 0,
      n: 1,
      metadata: { run: "2" },
    }),
    whole("never"),
  );
  assertEquals([first, again], [{ from: "miss", read: "fresh" }, { from: "hit", read: "fresh" }]);
});

const OTHERS: readonly [string, JsonObject][] = [
  ["model", { model: "other" }],
  ["text", { messages: [{ role: "user", content: "Hello!" }] }],
  ["case", { messages: [{ role: "user", content: "hello" }] }],
  ["role", { messages: [{ role: "system", content: "Hello" }] }],
  ["history", {
    messages: [{ role: "assistant", content: "Hi" }, { role: "user", content: "Hello" }],
  }],
  ["tools", { tools: [{ type: "function", function: { name: "f" } }] }],
  ["schema", { response_format: { type: "json_object" } }],
  ["end user", { user: "u2" }],
  ["seed", { seed: 7 }],
  ["length", { max_tokens: 5 }],
  ["stream", { stream: true }],
  ["a member nobody knows", { unheard_of: 1 }],
];

for (const [what, change] of OTHERS) {
  Deno.test(`answer() asks again when the ${what} differs`, async () => {
    await using it = await harness();
    await it.all(it.question({}));
    assertEquals((await it.all(it.question(change), whole("other"))).read, "other");
  });
}

Deno.test("answer() replays a stream as the stream it was, once it was whole", async () => {
  await using it = await harness();
  const asked = it.question({ stream: true });
  const chunks = Array.from({ length: 2_000 }, (_, i) => `{"n":${i},"pad":"${"x".repeat(60)}"}`);
  assertEquals((await it.all(asked, streamed(chunks, null))).from, "miss");
  assertEquals((await it.all(asked, streamed(chunks))).from, "miss", "a cut one is not kept");
  const again = await it.all(asked, streamed([]));
  assertEquals([again.from, again.read], ["hit", chunks]);
});

Deno.test("answer() keeps a large answer in compressed parts and not one over the bound", async () => {
  await using it = await harness();
  const large = Array.from(
    { length: 60_000 },
    (_, i) => String.fromCodePoint(33 + (i * 7919) % 20_000),
  )
    .join("");
  await it.all(it.question({ seed: 1 }), whole(large));
  assertEquals(await it.all(it.question({ seed: 1 })), { from: "hit", read: large });
  await it.all(it.question({ seed: 2 }, { maxEntryBytes: 10_000 }), whole(large));
  assertEquals((await it.all(it.question({ seed: 2 }))).from, "miss");
});

Deno.test("answer() neither keeps nor looks up what asks for variety, unless the workspace wants it", async () => {
  await using it = await harness();
  for (const varied of [{ temperature: 0.7 }, { n: 2 }, { store: true }] as JsonObject[]) {
    await it.all(it.question(varied));
    assertEquals((await it.all(it.question(varied))).from, "bypass");
  }
  await it.all(it.question({ temperature: 0.7 }, { sampled: true }));
  assertEquals((await it.all(it.question({ temperature: 0.7 }, { sampled: true }))).from, "hit");
});

Deno.test("answer() forgets after its time, also when that was shortened since", async () => {
  await using it = await harness();
  await it.all(it.question({}, { ttlMs: 60_000 }));
  it.clock.advance(30_000);
  assertEquals((await it.all(it.question({}, { ttlMs: 10_000 }), whole("newer"))).from, "miss");
  it.clock.advance(9_999);
  assertEquals((await it.all(it.question({}, { ttlMs: 10_000 }))).read, "newer");
  it.clock.advance(1);
  assertEquals((await it.all(it.question({}, { ttlMs: 10_000 }))).from, "miss");
});

Deno.test("answer() passes by when told, and replaces the answer when told to refresh", async () => {
  await using it = await harness();
  await it.all(it.question({}));
  const bypass = await it.all(it.question({}, {}, { mode: "bypass" }), whole("by"));
  assertEquals(bypass, { from: "bypass", read: "by" });
  const refresh = await it.all(it.question({}, {}, { mode: "refresh" }), whole("new"));
  assertEquals(refresh, { from: "miss", read: "new" });
  assertEquals(await it.all(it.question({})), { from: "hit", read: "new" });
  assertEquals((await it.cache.stats("default", 1)).entries, 1);
});

Deno.test("answers of keys that do not share are apart", async () => {
  await using it = await harness();
  const of = (keyId: string | undefined, sharing: "key" | "workspace") =>
    it.all(it.question({}, { sharing }, { keyId }));
  assertEquals((await of("key_a", "key")).from, "miss");
  assertEquals((await of("key_b", "key")).from, "miss");
  assertEquals((await of(undefined, "key")).from, "miss");
  assertEquals((await of("key_a", "workspace")).from, "miss");
  assertEquals((await of("key_a", "key")).from, "hit");
  assertEquals((await of("key_b", "workspace")).from, "hit");
});

Deno.test("clear() forgets everything of one workspace, what is on its way too", async () => {
  await using it = await harness();
  await it.all(it.question({ seed: 1 }));
  await it.all(it.question({ seed: 1 }, {}, { workspaceId: "other" }));
  const stream = scripted();
  const late = await it.cache.answer(it.question({ stream: true }), stream.ask);
  assertEquals(await it.cache.clear("default", "me"), 1);
  stream.end();
  await readAll(late.chunks!);
  await it.cache.flush();
  assertEquals((await it.cache.stats("default", 1)).entries, 0);
  assertEquals((await it.all(it.question({ seed: 1 }))).from, "miss");
  assertEquals((await it.all(it.question({ seed: 1 }, {}, { workspaceId: "other" }))).from, "hit");
});

Deno.test("the cache stays within its bound and the oldest answers go first", async () => {
  await using it = await harness();
  const bound = { maxTotalBytes: 65_536 };
  for (let seed = 0; seed < 100; seed++) {
    await it.all(it.question({ seed }, bound), whole("x".repeat(2_000)));
  }
  const { entries, storedBytes, total } = await it.cache.stats("default", 1);
  assert(storedBytes <= 65_536 && entries > 10 && entries < 25, `${entries}, ${storedBytes}`);
  assertEquals(total.stored - total.evicted, entries);
  assertEquals((await it.all(it.question({ seed: 99 }, bound))).from, "hit");
  assertEquals((await it.all(it.question({ seed: 0 }, bound))).from, "miss");
});

Deno.test("stats() counts hits and what they saved, by day", async () => {
  await using it = await harness();
  for (let i = 0; i < 4; i++) await it.all(it.question({}));
  await it.all(it.question({}, {}, { mode: "bypass" }));
  it.clock.advance(86_400_000);
  const { total, days, hitRate } = await it.cache.stats("default", 30);
  assertEquals([total.lookups, total.hits, total.misses, total.bypassed], [4, 3, 1, 1]);
  assertEquals([total.savedMicros, total.savedTokens], [2_100, 45]);
  assertEquals([days.length, hitRate], [1, 0.75]);
  assertEquals((await it.cache.stats("default", 1)).days, []);
});

Deno.test("answer() asks identical requests in flight once and gives each the whole stream", async () => {
  await using it = await harness();
  const stream = scripted();
  const asked = it.question({ stream: true });
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => it.cache.answer(asked, stream.ask)),
  );
  assertEquals(answers.map((a) => a.from === "miss" && a.joined), [false, true, true, true, true]);
  for (const piece of ["a", "b", "c"]) stream.send(piece);
  stream.end();
  const late = await it.cache.answer(asked, stream.ask);
  const read = await Promise.all([...answers, late].map((answer) => readAll(answer.chunks!)));
  assertEquals(read, Array(6).fill(["a", "b", "c"]));
  assertEquals(stream.state.asked, 1);
});

Deno.test("a caller that leaves does not take the others down; the last one ends the asking", async () => {
  await using it = await harness();
  const stream = scripted();
  const leader = new AbortController();
  const asked = it.question({ stream: true });
  const first = await it.cache.answer({ ...asked, signal: leader.signal }, stream.ask);
  const second = await it.cache.answer(asked, stream.ask);
  stream.send("a");
  const [one, two] = [first, second].map((a) => a.chunks![Symbol.asyncIterator]());
  await one!.next();
  leader.abort(new Error("gone"));
  assertEquals(stream.state.signal!.aborted, false);
  stream.send("b");
  assertEquals([(await two!.next()).value, (await two!.next()).value], ["a", "b"]);
  await two!.return!();
  assertEquals([stream.state.signal!.aborted, stream.state.returned], [true, true]);
  assertEquals((await it.all(asked, streamed(["new"]))).from, "miss", "nothing cut was kept");
});

Deno.test("a caller alone that goes while it waits stops the asking at once", async () => {
  await using it = await harness();
  const gone = new AbortController();
  const asked = Promise.withResolvers<AbortSignal>();
  const answer = it.cache.answer(it.question({}, {}, { signal: gone.signal }), (signal) => {
    asked.resolve(signal);
    return new Promise<FreshAnswer<null>>(() => {});
  });
  const signal = await asked.promise;
  gone.abort(new Error("gone"));
  await assertRejects(() => answer, Error, "gone");
  assertEquals(signal.aborted, true);
});

Deno.test("callers that joined ask by themselves when the one they joined fails", async () => {
  await using it = await harness();
  const asked = it.question({});
  const failing = Promise.withResolvers<FreshAnswer<null>>();
  let asks = 0;
  const ask = () => ++asks === 1 ? failing.promise : whole("second")();
  const all = Array.from({ length: 4 }, () => it.cache.answer(asked, ask));
  while (asks === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  failing.reject(new Error("no budget"));
  const [first, ...others] = await Promise.allSettled(all);
  assertEquals(first!.status, "rejected");
  assertEquals(
    others.map((o) => o.status === "fulfilled" && o.value.body),
    Array(3).fill("second"),
  );
  assertEquals(asks, 2, "one of them for all");
});

Deno.test("a caller that joined waits no longer than its own deadline", async () => {
  await using it = await harness();
  const stream = scripted();
  const until = (ms: number) =>
    it.question({ stream: true }, {}, { deadlineAt: it.clock.mono() + ms });
  const first = await it.cache.answer(until(1_000), stream.ask);
  const second = await it.cache.answer(until(500), stream.ask);
  assertEquals([first, second].map((a) => a.from === "miss" && a.joined), [false, true]);
  const waiting = readAll(second.chunks!);
  it.clock.advance(500);
  const error = await waiting.catch((failure: unknown) => failure);
  assert(error instanceof AppError && error.code === "deadline_exceeded");
  stream.send("a");
  stream.end();
  assertEquals(await readAll(first.chunks!), ["a"]);
});

Deno.test("a caller with much more time does not join one whose time is short", async () => {
  await using it = await harness();
  const [short, long] = [scripted(), scripted()];
  const until = (ms: number) =>
    it.question({ stream: true }, {}, { deadlineAt: it.clock.mono() + ms });
  await it.cache.answer(until(400), short.ask);
  const second = await it.cache.answer(until(1_000), long.ask);
  const third = await it.cache.answer(until(1_000), long.ask);
  assertEquals([second, third].map((a) => a.from === "miss" && a.joined), [false, true]);
});

Deno.test("a failure in the middle of a stream reaches all who read it, and is not kept", async () => {
  await using it = await harness();
  const stream = scripted();
  const asked = it.question({ stream: true });
  const both = await Promise.all([
    it.cache.answer(asked, stream.ask),
    it.cache.answer(asked, stream.ask),
  ]);
  stream.send("a");
  stream.fail(new Error("broken"));
  for (const answer of both) await assertRejects(() => readAll(answer.chunks!), Error, "broken");
  assertEquals((await it.all(asked, streamed(["b"]))).from, "miss");
});

Deno.test("past the bound nobody joins, nothing is kept and what was read is dropped", async () => {
  await using it = await harness({ roomChars: 100 });
  const asked = it.question({ stream: true });
  const endless = async function* () {
    for (let i = 0; i < 50; i++) yield await Promise.resolve("x".repeat(40));
  };
  const long = () => Promise.resolve({ chunks: endless(), facts: () => facts, extra: null });
  const first = await it.cache.answer(asked, long);
  const reader = first.chunks![Symbol.asyncIterator]();
  for (let i = 0; i < 10; i++) await reader.next();
  const second = await it.cache.answer(asked, long);
  assertEquals(second.from === "miss" && second.joined, false);
  assertEquals((await readAll(second.chunks!)).length, 50);
  let left = 0;
  while (!(await reader.next()).done) left++;
  assertEquals(left, 40);
  assertEquals((await it.all(asked, streamed(["b"]))).from, "miss");
});

Deno.test("instances that share a store give each other's answers and heed each other's clearing", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  // As over KV Connect: others write too, so nothing may be known from memory.
  Object.defineProperty(store.kv, "exclusive", { value: false });
  const ids = seededIds();
  const open = () => createCache({ kv: store.kv, clock, ids, log: silentLogger });
  const [a, b] = [open(), open()];
  const question: CacheQuestion = {
    workspaceId: "default",
    body: { model: "m", messages: [{ role: "user", content: "Hello" }] },
    route: "",
    mode: "use",
    settings: cacheSettings.parse({}),
    signal: new AbortController().signal,
  };
  const seen: string[] = [];
  for (const cache of [a, b, a]) {
    seen.push((await cache.answer(question, whole("x"))).from);
    await cache.flush();
  }
  await b.clear("default", "me");
  seen.push((await a.answer(question, whole("y"))).from);
  await a.flush();
  seen.push((await b.answer(question, whole("z"))).from);
  assertEquals(seen, ["miss", "hit", "hit", "miss", "hit"]);
  await Promise.all([a.close(), b.close()]);
});
