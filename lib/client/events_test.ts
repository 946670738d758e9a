import { assertEquals, assertRejects } from "@std/assert";
import {
  type Came,
  eventStream,
  type Handler,
  problem,
  scriptedServer,
} from "../../tests/harness/scripted_server.ts";
import { MusterError } from "./error.ts";
import { type EventOptions, followEvents } from "./events.ts";
import { Transport } from "./transport.ts";

const READY = "retry: 1000\nevent: ready\ndata: {}";
const event = (id: string) =>
  `id: ${id}\nevent: task.created\ndata: {"id":"${id}","type":"task.created"}`;
const head: Handler = () => Response.json({ items: [], nextCursor: "h.9" });
const stream = (...frames: string[]): Handler => () => eventStream([READY, ...frames]);

/** The first `count` ids, then it leaves. */
async function firstIds(url: string, count: number, options: EventOptions): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id, type } of followEvents(new Transport({ url }), "/events", options)) {
    ids.push(type === "reset" ? "reset" : id);
    if (ids.length === count) break;
  }
  return ids;
}

const afters = (requests: readonly Came[]) =>
  requests.map(({ url }) => new URL(url).searchParams.get("after"));

Deno.test("followEvents() goes on after the last event when the connection ends", async () => {
  await using server = scriptedServer(stream(event("a.0"), event("b.0")), stream(event("c.0")));
  assertEquals(await firstIds(server.url, 3, { after: "start" }), ["a.0", "b.0", "c.0"]);
  assertEquals(afters(server.requests), [null, "b.0"]);
});

Deno.test("followEvents() asks for the head once and misses nothing when it fails before an event", async () => {
  await using server = scriptedServer(
    head,
    stream(),
    () => problem(503, "unavailable"),
    stream(event("i.0")),
  );
  assertEquals(await firstIds(server.url, 1, {}), ["i.0"]);
  assertEquals(afters(server.requests), ["latest", "h.9", "h.9", "h.9"]);
});

Deno.test("followEvents() says when events were missed and goes on from the head", async () => {
  await using server = scriptedServer(
    stream(event("a.0"), 'event: reset\ndata: {"reason":"expired"}'),
    head,
    stream(event("i.0")),
  );
  assertEquals(await firstIds(server.url, 3, { after: "start" }), ["a.0", "reset", "i.0"]);
  assertEquals(afters(server.requests), [null, "latest", "h.9"]);
});

Deno.test("followEvents() tells connecting, live, reconnecting, live", async () => {
  await using server = scriptedServer(stream(event("a.0")), stream(event("b.0")));
  const states: string[] = [];
  const onState = (state: string) => void states.push(state);
  await firstIds(server.url, 2, { after: "start", onState });
  assertEquals(states, ["connecting", "live", "reconnecting", "live"]);
});

Deno.test("followEvents() throws what refuses it for good", async () => {
  await using server = scriptedServer(() => problem(403, "forbidden"));
  const error = await assertRejects(() => firstIds(server.url, 1, { after: "start" }), MusterError);
  assertEquals([error.code, server.requests.length], ["forbidden", 1]);
});

Deno.test("followEvents() ends without an error when its signal aborts", async () => {
  const stop = new AbortController();
  await using server = scriptedServer(() => eventStream([READY, event("a.0")], false));
  const ids: string[] = [];
  const events = followEvents(new Transport({ url: server.url }), "/events", {
    after: "start",
    signal: stop.signal,
  });
  for await (const { id } of events) {
    ids.push(id);
    stop.abort();
  }
  assertEquals(ids, ["a.0"]);
});

Deno.test("followEvents() asks for types", async () => {
  await using server = scriptedServer(stream(event("a.0")));
  await firstIds(server.url, 1, { after: "x.0", types: ["task.*", "lock.granted"] });
  assertEquals(new URL(server.requests[0]!.url).search, "?types=task.*%2Clock.granted&after=x.0");
});
