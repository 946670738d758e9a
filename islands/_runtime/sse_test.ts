import { assertEquals } from "@std/assert";
import type { Problem } from "./problem.ts";
import { followStream, FrameParser, type StreamEvent, type StreamState } from "./sse.ts";

const frame = (id: string) => `id: ${id}\nevent: step.delta\ndata: {"id":"${id}"}\n\n`;
const soon = () => 1;

/** Serves one scripted body per connection and records what each asked for. */
function scripted(answers: ((request: Request) => Response)[]) {
  const cursors: (string | null)[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    cursors.push(new URL(request.url).searchParams.get("after"));
    return answers[Math.min(cursors.length, answers.length) - 1]!(request);
  });
  const url = `http://127.0.0.1:${server.addr.port}/events`;
  return { url, cursors, [Symbol.asyncDispose]: () => server.shutdown() };
}

const closing = (text: string) => () =>
  new Response(text, { headers: { "content-type": "text/event-stream" } });

/** Says `text` and then nothing, until the reader goes. */
const silent = (text: string) => () => {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
};

/** Collects until `until` says it is enough. */
function collect(until: (events: StreamEvent[], states: StreamState[]) => boolean) {
  const events: StreamEvent[] = [];
  const states: StreamState[] = [];
  const done = Promise.withResolvers<void>();
  const check = () => until(events, states) && done.resolve();
  return {
    events,
    states,
    done: done.promise,
    onEvent: (event: StreamEvent) => void (events.push(event), check()),
    onState: (state: StreamState) => void (states.push(state), check()),
    onReset: () => Promise.resolve("9.0"),
  };
}

Deno.test("FrameParser reads the same frames however the text is cut", () => {
  const text = `retry: 500\r\nevent: ready\r\ndata: {}\r\n\r\n${frame("1.0")}: ping\n\n${
    frame("2.0")
  }`;
  for (let cut = 0; cut <= text.length; cut++) {
    const parser = new FrameParser();
    const frames = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
    assertEquals(frames.map(({ id, type }) => [id, type]), [
      [undefined, "ready"],
      ["1.0", "step.delta"],
      ["2.0", "step.delta"],
    ]);
  }
});

Deno.test("followStream() resumes after the last event it delivered", async () => {
  await using server = scripted([closing(frame("1.0") + frame("2.0")), silent(frame("3.0"))]);
  const seen = collect((events) => events.length === 3);
  const follower = followStream({ url: server.url, after: "0.7", backoff: soon, ...seen });
  await seen.done;
  follower.close();
  assertEquals(server.cursors, ["0.7", "2.0"]);
  assertEquals(seen.events.map((event) => event.id), ["1.0", "2.0", "3.0"]);
  assertEquals(seen.states, ["connecting", "live", "reconnecting", "live", "closed"]);
});

Deno.test("followStream() takes a new snapshot on reset and follows from its cursor", async () => {
  const reset = "event: reset\ndata: {}\n\n";
  await using server = scripted([closing(reset), silent(frame("9.1"))]);
  const seen = collect((events) => events.length === 1);
  const follower = followStream({ url: server.url, after: "1.0", backoff: soon, ...seen });
  await seen.done;
  follower.close();
  assertEquals(server.cursors, ["1.0", "9.0"]);
});

Deno.test("followStream() gives up a connection that went silent", async () => {
  await using server = scripted([silent(frame("1.0")), silent(frame("2.0"))]);
  const seen = collect((events) => events.length === 2);
  const follower = followStream({ url: server.url, silenceMs: 30, backoff: soon, ...seen });
  await seen.done;
  follower.close();
  assertEquals(server.cursors, [null, "1.0"]);
});

Deno.test("followStream() keeps asking a server that is unavailable", async () => {
  const down = () => Response.json({ code: "unavailable" }, { status: 503 });
  await using server = scripted([down, down, silent(frame("1.0"))]);
  const seen = collect((events) => events.length === 1);
  const follower = followStream({ url: server.url, backoff: soon, ...seen });
  await seen.done;
  follower.close();
  assertEquals(seen.states, ["connecting", "reconnecting", "live", "closed"]);
});

Deno.test("followStream() ends with the problem of a stream that does not exist", async () => {
  const gone = () =>
    Response.json({ code: "not_found", detail: "There is no run" }, { status: 404 });
  await using server = scripted([gone]);
  const refused = Promise.withResolvers<Problem>();
  const seen = collect(() => false);
  followStream({ url: server.url, backoff: soon, ...seen, onRefused: refused.resolve });
  const problem = await refused.promise;
  assertEquals([problem.status, problem.code, problem.detail], [
    404,
    "not_found",
    "There is no run",
  ]);
  assertEquals(server.cursors.length, 1);
});
