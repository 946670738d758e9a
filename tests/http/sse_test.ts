/** Streams lose and repeat nothing, whatever their viewers do. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { readEvents } from "../../lib/kernel/events/mod.ts";
import { transact } from "../../lib/kernel/kv/mod.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { readUntil, SseReader } from "./sse_reader.ts";

const WS = "default";

async function newSession(app: TestApp): Promise<string> {
  const response = await app.fetch("/api/v1/sessions", { method: "POST" });
  return (await response.json()).session.id;
}

/** Appends bursts of events, as many commits as bursts, and a last one that says so. */
async function append(app: TestApp, stream: string, bursts: readonly number[]): Promise<void> {
  let n = 0;
  for (const burst of bursts) {
    await transact(app.ctx, WS, (tx) => {
      for (let i = 0; i < burst; i++) {
        tx.emit(stream, { type: "test.happened", actor: "t", n: n++ });
      }
    });
  }
  await transact(app.ctx, WS, (tx) => tx.emit(stream, { type: "test.ended", actor: "t" }));
}

interface Visit {
  /** Events read before hanging up. */
  readonly reads: number;
  /** Resume by header or by query. */
  readonly byHeader: boolean;
}

const visits = fc.array(fc.record({ reads: fc.nat({ max: 12 }), byHeader: fc.boolean() }), {
  maxLength: 5,
});

/** Ids seen over several connections; the last one stays to the end. */
async function view(app: TestApp, path: string, plan: readonly Visit[]): Promise<string[]> {
  const seen: string[] = [];
  for (const visit of [...plan, { reads: Infinity, byHeader: true }]) {
    const reader = new SseReader(await open(app, path, seen.at(-1), visit.byHeader));
    let ended = false;
    for (let i = 0; i < visit.reads && !ended; i++) {
      const frame = await reader.nextEvent();
      if (!frame) break;
      seen.push(frame.id!);
      ended = frame.event === "test.ended";
    }
    await reader.close();
    if (ended) break;
  }
  return seen;
}

function open(app: TestApp, path: string, after: string | undefined, byHeader: boolean) {
  if (after === undefined) return app.fetch(path);
  return byHeader
    ? app.fetch(path, { headers: { "last-event-id": after } })
    : app.fetch(`${path}?after=${after}`);
}

const idsOf = async (app: TestApp, stream: string) =>
  (await readEvents(app.ctx, WS, stream)).map((event) => event.id);

Deno.test("GET …/events loses and repeats nothing over random disconnects and late joins", async () => {
  await using app = await testApp();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 12 }),
      fc.array(visits, { minLength: 1, maxLength: 4 }),
      async (bursts, viewers) => {
        const session = await newSession(app);
        const stream = `session:${session}`;
        const path = `/api/v1/sessions/${session}/events`;
        const early = viewers.map((plan) => view(app, path, plan));
        await append(app, stream, bursts);
        const late = view(app, path, []);
        const expected = await idsOf(app, stream);
        for (const seen of await Promise.all([...early, late])) assertEquals(seen, expected);
      },
    ),
    { seed: 20261121, numRuns: 25 },
  );
});

Deno.test("GET …/events closes a viewer that does not read, and it resumes without a gap", async () => {
  await using app = await testApp();
  const session = await newSession(app);
  const path = `/api/v1/sessions/${session}/events`;
  const reader = new SseReader(await app.fetch(path));
  const text = "x".repeat(30_000);
  for (let n = 0; n < 600; n++) {
    await transact(
      app.ctx,
      WS,
      (tx) => tx.emit(`session:${session}`, { type: "test.happened", text }),
    );
  }
  await append(app, `session:${session}`, []);
  const seen: string[] = [];
  let last = null;
  for (let frame = await reader.next(); frame; frame = await reader.next()) {
    last = frame;
    if (frame.id !== undefined) seen.push(frame.id);
  }
  assertEquals([last?.event, last?.data], ["closed", '{"reason":"slow_consumer"}']);
  const rest = new SseReader(await app.fetch(path, { headers: { "last-event-id": seen.at(-1)! } }));
  for (let frame = await rest.nextEvent(); frame; frame = await rest.nextEvent()) {
    seen.push(frame.id!);
    if (frame.event === "test.ended") break;
  }
  await rest.close();
  const all: string[] = [];
  for (let page = await readEvents(app.ctx, WS, `session:${session}`); page.length > 0;) {
    all.push(...page.map(({ id }) => id));
    page = await readEvents(app.ctx, WS, `session:${session}`, { after: all.at(-1) });
  }
  assertEquals(seen, all);
});

Deno.test("step.delta offsets join to the exact answer, also over reconnects", async () => {
  await using app = await testApp();
  const { run } = await app.json<{ run: { id: string } }>("POST", "/api/v1/runs", {
    intent: "List three uses of 🧭 a compass at sea and in the mountains",
  });
  const path = `/api/v1/runs/${run.id}/events`;
  const text = new Map<string, string>();
  let answer = "";
  let output: unknown;
  for (let last = "", ended = false; !ended;) {
    const headers: HeadersInit = last ? { "last-event-id": last } : {};
    const reader = new SseReader(await app.fetch(path, { headers }));
    for (let i = 0; i < 7 && !ended; i++) {
      const frame = (await reader.nextEvent())!;
      last = frame.id!;
      const event = JSON.parse(frame.data);
      if (event.type === "step.spawned" && event.step.answer) answer = event.step.id;
      if (event.type === "step.delta") {
        const before = text.get(event.stepId) ?? "";
        assertEquals(event.offset, before.length);
        text.set(event.stepId, before + event.delta);
      }
      ended = event.type === "run.completed";
      output = event.output;
    }
    await reader.close();
  }
  assertEquals(text.get(answer), output);
});

Deno.test("GET …/events begins with ready, ends at its limit and pages the same events", async () => {
  await using app = await testApp();
  const session = await newSession(app);
  await append(app, `session:${session}`, [3, 2]);
  const path = `/api/v1/sessions/${session}/events`;
  const response = await app.fetch(`${path}?limit=4`);
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const text = await response.text();
  assertStringIncludes(text, "retry: 1000\nevent: ready\n");
  const ids = [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id);
  const read = async (query: string) =>
    (await (await app.fetch(`${path}?format=json&${query}`)).json()) as {
      items: { id: string; type: string }[];
      nextCursor: string;
    };
  const page = await read("limit=4");
  assertEquals(page.items.map(({ id }) => id), ids);
  assertEquals(page.nextCursor, ids.at(-1));
  const rest = await read(`after=${page.nextCursor}`);
  assertEquals(rest.items.map(({ type }) => type), [
    "test.happened",
    "test.happened",
    "test.ended",
  ]);
});

Deno.test("GET …/events refuses a nonsense cursor and says that a foreign one is gone", async () => {
  await using app = await testApp();
  const path = `/api/v1/sessions/${await newSession(app)}/events`;
  const nonsense = await app.fetch(path, { headers: { "last-event-id": "yesterday" } });
  assertEquals((await nonsense.json()).code, "invalid_input");
  const foreign = `${"f".repeat(20)}.0`;
  const page = await app.fetch(`${path}?format=json&after=${foreign}`);
  assertEquals((await page.json()).code, "gone");
  const reader = new SseReader(await app.fetch(`${path}?after=${foreign}`));
  const events = [(await reader.next())!.event, (await reader.next())!.event];
  await reader.close();
  assertEquals(events, ["ready", "reset"]);
});

Deno.test("GET /events is the feed of all streams, filtered by type, without deltas", async () => {
  await using app = await testApp();
  const { run } = await app.json<{ run: { id: string } }>("POST", "/api/v1/runs", {
    intent: "Say hi",
  });
  await newSession(app);
  const reader = new SseReader(await app.fetch(`/api/v1/runs/${run.id}/events`));
  await readUntil(reader, "run.completed");
  await reader.close();
  const feed = async (query: string) =>
    (await app.json<{ items: { type: string }[] }>("GET", `/api/v1/events?format=json&${query}`))
      .items.map(({ type }) => type);
  const all = await feed("limit=100");
  assertEquals([all.includes("session.created"), all.includes("step.delta")], [true, false]);
  assertEquals(await feed("types=session.*"), ["session.created"]);
  assertEquals((await feed("types=step.delta,run.completed")).includes("step.delta"), true);
  assertEquals((await app.fetch("/api/v1/events?types=%20")).status, 400);
});
