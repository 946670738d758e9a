import { assertEquals, assertMatch } from "@std/assert";
import { Hono } from "hono";
import { ManualClock } from "../../lib/kernel/core/clock.ts";
import { openHub } from "../../lib/kernel/events/mod.ts";
import { transact } from "../../lib/kernel/kv/mod.ts";
import type { Env } from "../../routes/_http/env.ts";
import { sse } from "../../routes/_http/stream.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { SseReader } from "./sse_reader.ts";

const WS = "default";

/** Appends one commit per entry: so many events of the type. */
async function append(app: TestApp, ...commits: [type: string, count: number][]): Promise<void> {
  for (const [type, count] of commits) {
    await transact(app.ctx, WS, (tx) => {
      for (let n = 0; n < count; n++) tx.emit("test", { type, actor: "t", n });
    });
  }
}

/** The stream of the test alone. */
function served(app: TestApp, hub = app.hub) {
  const router = new Hono<Env>();
  router.use(async (c, next) => {
    c.set("workspaceId", WS);
    await next();
  });
  router.get("/s", (c) => sse(c, { hub, ctx: app.ctx }, "test"));
  const open = async (query = "", headers = {}) =>
    new SseReader(await router.request(`/s${query}`, { headers }));
  return { router, open };
}

Deno.test("sse() begins with ready, then sends events whose id is in the data too", async () => {
  await using app = await testApp();
  await append(app, ["a.b", 2]);
  const reader = await served(app).open();
  const ready = await reader.next();
  const event = await reader.next();
  await reader.close();
  assertEquals([ready?.event, ready?.id], ["ready", undefined]);
  assertEquals(event?.event, "a.b");
  const data = JSON.parse(event!.data);
  assertEquals([data.id, data.type, data.stream, data.actor], [event!.id, "a.b", "test", "t"]);
  assertMatch(data.at, /Z$/);
});

Deno.test("sse() tells clients soon to retry, and proxies not to touch it", async () => {
  await using app = await testApp();
  const response = await served(app).router.request("/s?limit=1");
  await append(app, ["a.b", 1]);
  assertMatch(await response.text(), /^retry: 1000\nevent: ready\n/);
  assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assertEquals(response.headers.get("cache-control"), "no-store, no-transform");
});

Deno.test("sse() pings every 15 s, without an id", async () => {
  await using app = await testApp();
  const clock = new ManualClock();
  const reader = await served(app, openHub({ ...app.ctx, clock })).open();
  await reader.next();
  clock.advance(15_000);
  const first = await reader.next();
  clock.advance(15_000);
  const second = await reader.next();
  await reader.close();
  assertEquals([first?.event, second?.event, first?.id], ["ping", "ping", undefined]);
});

Deno.test("sse() resumes after ?after=, and Last-Event-ID goes before it", async () => {
  await using app = await testApp();
  await append(app, ["a.b", 3]);
  const page = await (await served(app).router.request("/s?format=json")).json();
  const [one, two, three] = page.items.map((e: { id: string }) => e.id);
  const byQuery = await served(app).open(`?after=${one}`);
  const byHeader = await served(app).open(`?after=${one}`, { "last-event-id": two });
  const ids = [(await byQuery.nextEvent())?.id, (await byHeader.nextEvent())?.id];
  await Promise.all([byQuery.close(), byHeader.close()]);
  assertEquals(ids, [two, three]);
});

Deno.test("sse() resets a cursor of another store and starts over", async () => {
  await using app = await testApp();
  await append(app, ["a.b", 1]);
  const reader = await served(app).open("?after=ffffffffffffffffffff.0");
  const events = [await reader.next(), await reader.next(), await reader.next()];
  await reader.close();
  assertEquals(events.map((f) => f?.event), ["ready", "reset", "a.b"]);
});

Deno.test("sse() ends after ?limit= events, in the middle of a commit too", async () => {
  await using app = await testApp();
  await append(app, ["a.b", 5]);
  const text = await (await served(app).router.request("/s?limit=3")).text();
  assertEquals(text.match(/^event: .+$/gm), [
    "event: ready",
    "event: a.b",
    "event: a.b",
    "event: a.b",
    "event: closed",
  ]);
});

Deno.test("sse() sends the ?types= asked for, as a stream and as a page", async () => {
  await using app = await testApp();
  await append(app, ["a.b", 1], ["a.c", 1], ["b.c", 1]);
  const types = async (query: string) => {
    const page = await (await served(app).router.request(`/s?format=json&types=${query}`)).json();
    return page.items.map((e: { type: string }) => e.type);
  };
  assertEquals([await types("a.*"), await types("a.c,b.c")], [["a.b", "a.c"], ["a.c", "b.c"]]);
  const reader = await served(app).open("?types=b.c");
  const event = await reader.nextEvent();
  await reader.close();
  assertEquals(event?.event, "b.c");
});

Deno.test("sse() answers Accept: application/json with a page that continues", async () => {
  await using app = await testApp();
  await append(app, ["a.b", 3]);
  const { router } = served(app);
  const page = async (query: string) => {
    const headers = { accept: "application/json" };
    return await (await router.request(`/s?limit=2${query}`, { headers })).json();
  };
  const first = await page("");
  const second = await page(`&after=${first.nextCursor}`);
  const third = await page(`&after=${second.nextCursor}`);
  assertEquals([first, second, third].map((p) => p.items.length), [2, 1, 0]);
  assertEquals(third.nextCursor, second.items[0].id);
});

Deno.test("sse() closes a viewer that does not read, with the reason", async () => {
  await using app = await testApp();
  const response = await served(app).router.request("/s");
  const big = "x".repeat(8_000);
  for (let commit = 0; commit < 40; commit++) {
    await transact(app.ctx, WS, (tx) => {
      for (let n = 0; n < 4; n++) tx.emit("test", { type: "a.b", big, n });
    });
  }
  const text = await response.text();
  assertMatch(text, /event: closed\ndata: \{"reason":"slow_consumer"\}\n\n$/);
});

Deno.test("sse() leaves the hub when its viewer hangs up", async () => {
  await using app = await testApp();
  // Parts of the program follow the log too.
  const { viewers } = app.hub;
  const reader = await served(app).open();
  await reader.next();
  assertEquals(app.hub.viewers, viewers + 1);
  await reader.close();
  assertEquals(app.hub.viewers, viewers);
});
