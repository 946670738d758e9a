/** `POST /v1/responses`: its events, what is kept of it, what it refuses. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { clientScene, HAIKU, withHaiku } from "../../clients/scene.ts";
import { keyedApp } from "../../harness/keyed_app.ts";
import { testApp } from "../../harness/test_app.ts";
import { errorOf, hangUpAt, post } from "./v1.ts";

const ask = { model: "gpt-4o-mini", input: "Write a haiku" };
const offline = { model: "muster/offline", input: "What is 6 * 7?" };

interface Event {
  readonly type: string;
  readonly sequence_number: number;
  // deno-lint-ignore no-explicit-any -- each event's own
  readonly [member: string]: any;
}

/** Each frame's name is its event's type. */
async function eventsOf(response: Response): Promise<Event[]> {
  assertStringIncludes(response.headers.get("content-type")!, "text/event-stream");
  const frames = (await response.text()).split("\n\n").filter((frame) => frame !== "");
  return frames.map((frame) => {
    const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(frame)!;
    const event = JSON.parse(data!);
    assertEquals(event.type, name);
    return event;
  });
}

Deno.test("a stream numbers its events without a gap and ends with the whole Response", async () => {
  await using scene = await clientScene(withHaiku);
  const events = await eventsOf(await post(scene.app, "/v1/responses", { ...ask, stream: true }));
  assertEquals(events.map(({ sequence_number }) => sequence_number), [...events.keys()]);
  const { response } = events.at(-1)!;
  assertEquals([events.at(-1)!.type, response.status], ["response.completed", "completed"]);
  assertEquals(response.output[0].content[0].text, HAIKU);
  assertEquals(response.usage.total_tokens, 600);
  const done = events.find(({ type }) => type === "response.output_text.done")!;
  assertEquals([done.text, done.item_id], [HAIKU, response.output[0].id]);
});

Deno.test("an answer at its token limit is incomplete, and says why", async () => {
  await using app = await testApp();
  const body = { ...offline, input: "Explain rivers", max_output_tokens: 5 };
  const response = await (await post(app, "/v1/responses", body)).json();
  assertEquals([response.status, response.incomplete_details], ["incomplete", {
    reason: "max_output_tokens",
  }]);
});

Deno.test("a stream that breaks off ends with error and response.failed, never completed", async () => {
  await using scene = await clientScene((server) =>
    server.on({ model: "gpt-4o-mini", userMessage: "haiku" }, { content: HAIKU }, {
      truncateAfterChunks: 3,
      latency: 5,
    })
  );
  const events = await eventsOf(await post(scene.app, "/v1/responses", { ...ask, stream: true }));
  assertEquals(events.slice(-2).map(({ type }) => type), ["error", "response.failed"]);
  assert(events.every(({ type }) => type !== "response.completed"));
  const { response } = events.at(-1)!;
  assertEquals([response.status, response.output[0].status], ["failed", "incomplete"]);
  assert(response.error.message !== "" && response.error.code !== "");
  assert(response.usage.output_tokens > 0);
});

Deno.test("a kept Response is read, gone on from, and deleted", async () => {
  await using scene = await clientScene((server) => {
    withHaiku(server);
    server.on({ model: "gpt-4o-mini", userMessage: "shorter" }, { content: "Plop." });
  });
  const { app } = scene;
  const first = await (await post(app, "/v1/responses", ask)).json();
  assertEquals(await app.json("GET", `/v1/responses/${first.id}`), first);
  const second = await (await post(app, "/v1/responses", {
    model: "gpt-4o-mini",
    instructions: "Answer in one word",
    input: "Now shorter",
    previous_response_id: first.id,
  })).json();
  assertEquals(second.output[0].content[0].text, "Plop.");
  assertEquals(scene.asked().at(-1)!.messages.map(({ role, content }) => [role, content]), [
    ["system", "Answer in one word"],
    ["user", "Write a haiku"],
    ["assistant", HAIKU],
    ["user", "Now shorter"],
  ]);
  const gone = await app.fetch(`/v1/responses/${first.id}`, { method: "DELETE" });
  assertEquals(await gone.json(), { id: first.id, object: "response.deleted", deleted: true });
  const after = await post(app, "/v1/responses", { ...ask, previous_response_id: first.id });
  const error = await errorOf(after);
  assertEquals([after.status, error.param], [404, "previous_response_id"]);
});

Deno.test("an item is referred to by its id", async () => {
  await using scene = await clientScene(withHaiku);
  const first = await (await post(scene.app, "/v1/responses", ask)).json();
  const input = [
    { type: "item_reference", id: first.output[0].id },
    { role: "user", content: "Another haiku" },
  ];
  const response = await post(scene.app, "/v1/responses", { ...ask, input });
  assertEquals(response.status, 200);
  await response.body?.cancel();
  assertEquals(scene.asked().at(-1)!.messages[0]!.content, HAIKU);
  const unknown = await post(scene.app, "/v1/responses", {
    ...ask,
    input: [{ type: "item_reference", id: "msg_nowhere_1" }],
  });
  assertEquals([unknown.status, (await errorOf(unknown)).param], [404, "input"]);
});

Deno.test("a large Response is kept whole", async () => {
  const first: unknown[] = [];
  await using scene = await clientScene((server) =>
    server.on({
      model: "gpt-4o-mini",
      predicate: ({ messages }) => first.push(messages[0]!.content) > 0,
    }, { content: HAIKU })
  );
  const long = `Write a haiku ${"about é and 🐸 ".repeat(7_000)}`;
  const { id } = await (await post(scene.app, "/v1/responses", { ...ask, input: long })).json();
  await (await post(scene.app, "/v1/responses", { ...ask, previous_response_id: id })).json();
  assertEquals([first.length, first.every((content) => content === long)], [2, true]);
});

Deno.test("with store: false nothing is kept", async () => {
  await using app = await testApp();
  const response = await (await post(app, "/v1/responses", { ...offline, store: false })).json();
  assertEquals(response.store, false);
  assertEquals((await app.fetch(`/v1/responses/${response.id}`)).status, 404);
});

Deno.test("another key's Response names nothing", async () => {
  await using app = await keyedApp();
  const [mine, other] = [await app.newKey({}), await app.newKey({})];
  const { body: first } = await app.send(mine.token, "POST", "/v1/responses", offline);
  assertEquals((await app.send(mine.token, "GET", `/v1/responses/${first.id}`)).status, 200);
  assertEquals((await app.send(other.token, "GET", `/v1/responses/${first.id}`)).status, 404);
  const more = { ...offline, previous_response_id: first.id };
  assertEquals((await app.send(other.token, "POST", "/v1/responses", more)).status, 404);
  const reference = [{ type: "item_reference", id: first.output[0].id }];
  const stolen = await app.send(other.token, "POST", "/v1/responses", {
    ...offline,
    input: [...reference, { role: "user", content: "What was that?" }],
  });
  assertEquals(stolen.status, 404);
});

Deno.test("what no chat completion can do is refused by name", async () => {
  await using app = await testApp();
  const response = await post(app, "/v1/responses", {
    ...offline,
    tools: [{ type: "web_search_preview" }],
  });
  const error = await errorOf(response);
  assertEquals([response.status, error.param, error.code], [
    400,
    "tools[0].type",
    "unsupported_parameter",
  ]);
});

Deno.test("a client that hangs up is noticed upstream, and nothing is kept", async () => {
  await using scene = await clientScene((server) =>
    server.on({ model: "gpt-4o-mini", userMessage: "haiku" }, { content: HAIKU.repeat(200) }, {
      latency: 20,
    })
  );
  const closed = hangUpAt(scene.server);
  const stop = new AbortController();
  const response = await scene.app.fetch("/v1/responses", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...ask, stream: true }),
    signal: stop.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const first = (await reader.read()).value!;
  const startedAt = performance.now();
  stop.abort();
  await reader.closed.catch(() => {});
  await closed;
  assert(performance.now() - startedAt < 500);
  const id = /"id":"(resp_\w+)"/.exec(first)![1];
  assertEquals((await scene.app.fetch(`/v1/responses/${id}`)).status, 404);
});
