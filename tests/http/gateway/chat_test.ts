/** `POST /v1/chat/completions` as any program may call it: what goes in, what comes out, what is refused. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { CALL_MICROS, clientScene, HAIKU, withHaiku } from "../../clients/scene.ts";
import { ADMIN_KEY, keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { errorOf, hangUpAt, post, sseData } from "./v1.ts";

const haiku = { model: "gpt-4o-mini", messages: [{ role: "user", content: "Write a haiku" }] };
const hi = { model: "muster/offline", messages: [{ role: "user", content: "What is 6 * 7?" }] };

Deno.test("a completion says where it went, why, what it cost", async () => {
  await using scene = await clientScene(withHaiku);
  const response = await post(scene.app, "/v1/chat/completions", haiku);
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "application/json");
  assertEquals(response.headers.get("x-muster-cost-micros"), String(CALL_MICROS));
  assertMatch(response.headers.get("x-muster-route")!, /^[\x20-\x7e]+$/);
  const body = await response.json();
  assertEquals(body.choices[0].message.content, HAIKU);
});

Deno.test("members nobody knows go to the provider as they are, or the request is refused", async () => {
  await using scene = await clientScene(withHaiku);
  const body = { ...haiku, a_new_parameter: { deep: [1] }, logit_bias: { "50256": -100 } };
  assertEquals((await post(scene.app, "/v1/chat/completions", body)).status, 200);
  const asked = scene.asked().at(-1) as unknown as Record<string, unknown>;
  assertEquals([asked.a_new_parameter, asked.logit_bias], [{ deep: [1] }, { "50256": -100 }]);
  await scene.app.gateway.settings.update({
    workspaceId: "default",
    actor: "user:local",
    patch: { wire: { unknownParameters: "refuse" } },
  });
  const refused = await post(scene.app, "/v1/chat/completions", body);
  assertEquals([refused.status, (await errorOf(refused)).param], [400, "a_new_parameter"]);
  assertEquals(scene.asked().length, 1);
});

Deno.test("two callers' equal Idempotency-Keys are two at the provider, one caller's are one", async () => {
  await using scene = await clientScene(withHaiku, { env: { MUSTER_ADMIN_KEY: ADMIN_KEY } });
  const make = async (name: string) => {
    const made = await post(scene.app, "/api/v1/keys", { name, role: "member" }, {
      authorization: `Bearer ${ADMIN_KEY}`,
    });
    return (await made.json()).token as string;
  };
  const [a, b] = [await make("a"), await make("b")];
  for (const token of [a, b, a]) {
    const answer = await post(scene.app, "/v1/chat/completions", haiku, {
      authorization: `Bearer ${token}`,
      "idempotency-key": "1",
      "x-muster-cache": "bypass",
    });
    assertEquals(answer.status, 200);
    await answer.body?.cancel();
  }
  const keys = scene.server.getRequests().filter(({ path }) => path.includes("chat"))
    .map(({ headers }) => headers["idempotency-key"]);
  assertEquals([keys.length, new Set(keys).size, keys[0] === keys[2]], [3, 2, true]);
});

Deno.test("an image is passed through untouched", async () => {
  await using scene = await clientScene((server) =>
    server.on({ model: "gpt-4o-mini", userMessage: "What is it?" }, { content: "A pixel" })
  );
  const content = [
    { type: "text", text: "What is it?" },
    { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" } },
  ];
  const messages = [{ role: "user", content }];
  const response = await post(scene.app, "/v1/chat/completions", { ...haiku, messages });
  assertEquals((await response.json()).choices[0].message.content, "A pixel");
  assertEquals(scene.asked()[0]!.messages[0]!.content as unknown, content);
});

for (const model of ["muster/auto", "muster/fast", "muster/cheap", "muster/best"]) {
  Deno.test(`${model} answers with a real model and says which`, async () => {
    await using scene = await clientScene((server) => {
      server.on({ model: "gpt-4o", userMessage: "haiku" }, { content: HAIKU });
      server.on({ model: "gpt-4o-mini", userMessage: "haiku" }, { content: HAIKU });
    });
    const response = await post(scene.app, "/v1/chat/completions", { ...haiku, model });
    assertEquals(response.status, 200);
    assertStringIncludes(response.headers.get("x-muster-model")!, "gpt-4o");
    await response.body?.cancel();
  });
}

Deno.test("without any provider the demonstration answers, streamed too", async () => {
  await using app = await testApp();
  const whole = await (await post(app, "/v1/chat/completions", hi)).json();
  assertStringIncludes(whole.choices[0].message.content, "42");
  const response = await post(app, "/v1/chat/completions", { ...hi, stream: true });
  assertStringIncludes(response.headers.get("content-type")!, "text/event-stream");
  const data = await sseData(response);
  assertEquals(data.at(-1), "[DONE]");
  const text = data.slice(0, -1).map((one) => JSON.parse(one).choices[0]?.delta?.content ?? "");
  assertEquals(text.join(""), whole.choices[0].message.content);
});

Deno.test("a past deadline is 504 in OpenAI's shape, and soon", async () => {
  await using scene = await clientScene((server) =>
    server.on({ model: "gpt-4o-mini" }, () => new Promise<never>(() => {}))
  );
  const startedAt = performance.now();
  const response = await post(scene.app, "/v1/chat/completions", haiku, {
    "x-muster-timeout-ms": "200",
  });
  assertEquals(response.status, 504);
  assert(performance.now() - startedAt < 2_000);
  assertEquals((await errorOf(response)).type, "timeout_error");
});

for (
  const [name, value] of [
    ["x-muster-timeout-ms", "soon"],
    ["x-muster-timeout-ms", "0"],
    ["x-muster-timeout-ms", "99999999999"],
    ["x-muster-cache", "perhaps"],
    ["x-muster-tier", "gold"],
    ["x-muster-session", "a session"],
    ["x-muster-agent", "é"],
  ] as const
) {
  Deno.test(`the header ${name}: ${value} is refused by its name`, async () => {
    await using app = await testApp();
    const response = await post(app, "/v1/chat/completions", hi, { [name]: encodeURI(value) });
    assertEquals([response.status, (await errorOf(response)).param], [400, name]);
  });
}

const BROKEN: readonly (readonly [string, number, string])[] = [
  ["{", 400, "invalid_json"],
  ["", 400, "invalid_json"],
  ["[]", 400, "invalid_type"],
  ["null", 400, "invalid_type"],
  ['{"model":"muster/offline"}', 400, "missing_required_parameter"],
  ['{"model":"nobody/none","messages":[{"role":"user","content":"x"}]}', 404, "model_not_found"],
  ['{"model":"muster/nothing","messages":[{"role":"user","content":"x"}]}', 404, "model_not_found"],
  [
    '{"model":"muster/agent:nobody","messages":[{"role":"user","content":"x"}]}',
    404,
    "model_not_found",
  ],
  [
    '{"model":"muster/agent:full","temperature":1,"messages":[{"role":"user","content":"x"}]}',
    400,
    "unsupported_parameter",
  ],
];

for (const [body, status, code] of BROKEN) {
  Deno.test(`the body ${body.slice(0, 60)} is ${status} ${code}`, async () => {
    await using app = await testApp();
    const response = await app.fetch("/v1/chat/completions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    assertEquals([response.status, (await errorOf(response)).code], [status, code]);
  });
}

Deno.test("unknown paths and methods of /v1 are told in OpenAI's shape", async () => {
  await using app = await testApp();
  const unknown = await app.fetch("/v1/nothing/here");
  assertEquals([unknown.status, (await errorOf(unknown)).code], [404, "not_found"]);
  const method = await app.fetch("/v1/chat/completions");
  assertEquals([method.status, method.headers.get("allow")], [405, "POST, OPTIONS"]);
  assertEquals((await errorOf(method)).code, "method_not_allowed");
  const text = await app.fetch("/v1/chat/completions", { method: "POST", body: "hello" });
  assertEquals([text.status, (await errorOf(text)).code], [415, "unsupported_media_type"]);
  const large = await post(app, "/v1/chat/completions", {
    ...hi,
    messages: [{ role: "user", content: "x".repeat(2_200_000) }],
  });
  assertEquals([large.status, (await errorOf(large)).code], [413, "payload_too_large"]);
});

Deno.test("with no key configured any bearer token is accepted, also none", async () => {
  await using app = await testApp();
  for (const authorization of ["", "Bearer sk-anything", "x"]) {
    const response = await post(app, "/v1/chat/completions", hi, { authorization });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
});

Deno.test("with a key configured the rest is 401 in OpenAI's shape", async () => {
  await using app = await keyedApp();
  const ask = (key: string | undefined) => app.send(key, "POST", "/v1/chat/completions", hi);
  for (const key of [undefined, "sk-anything", "mst_0000"]) {
    const { status, body, headers } = await ask(key);
    assertEquals([status, body.error.code], [401, "invalid_api_key"]);
    assertEquals(Object.keys(body.error).sort(), ["code", "message", "param", "type"]);
    assert(headers.get("www-authenticate"));
  }
  assertEquals((await ask(ADMIN_KEY)).status, 200);
  const member = await app.newKey({ role: "member" });
  assertEquals((await ask(member.token)).status, 200);
  const agent = await app.newKey({ role: "agent", agentId: "phoenix" });
  assertEquals((await ask(agent.token)).status, 200);
  const run = { ...hi, model: "muster/agent:full" };
  const started = await app.send(agent.token, "POST", "/v1/chat/completions", run);
  assertEquals([started.status, started.body.error.code], [403, "forbidden"]);
  const viewer = await app.newKey({ role: "viewer" });
  const refused = await ask(viewer.token);
  assertEquals([refused.status, refused.body.error.code], [403, "forbidden"]);
});

Deno.test("a program in a browser may send the headers OpenAI's client brings, and read ours", async () => {
  await using app = await keyedApp();
  const preflight = await app.fetch("/v1/chat/completions", {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,x-stainless-lang",
    },
  });
  assertEquals(preflight.status, 204);
  assertStringIncludes(preflight.headers.get("access-control-allow-headers")!, "x-stainless-lang");
  const answer = await app.send(ADMIN_KEY, "POST", "/v1/chat/completions", hi, {
    origin: "https://app.example",
  });
  assertEquals(answer.headers.get("access-control-allow-origin"), "*");
  assertStringIncludes(answer.headers.get("access-control-expose-headers")!, "X-Muster-Model");
});

/** Bodies of every kind, most of them wrong somewhere. */
const bodies = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.string({ maxLength: 60 }),
  fc.record({
    model: fc.oneof(fc.constantFrom("muster/offline", "muster/auto", "nobody"), fc.jsonValue()),
    messages: fc.oneof(
      fc.array(fc.record({ role: fc.constantFrom("user", "tool", "x"), content: fc.jsonValue() })),
      fc.jsonValue(),
    ),
    stream: fc.jsonValue(),
    tools: fc.jsonValue(),
    response_format: fc.jsonValue(),
    max_tokens: fc.jsonValue(),
    temperature: fc.jsonValue(),
    stop: fc.jsonValue(),
    input: fc.jsonValue(),
  }, { requiredKeys: [] }).map((value) => JSON.stringify(value)),
  fc.constantFrom("[".repeat(50_000), `{"a":${"[".repeat(9_000)}${"]".repeat(9_000)}}`),
);

async function neverBreaks(app: TestApp, path: string, body: string): Promise<void> {
  const response = await app.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const text = await response.text();
  const shown = `${path} ${body.slice(0, 300)} → ${response.status} ${text.slice(0, 300)}`;
  assert(response.status < 500, shown);
  if (response.status < 400) return;
  const { error } = JSON.parse(text);
  assertEquals(Object.keys(error).sort(), ["code", "message", "param", "type"], shown);
  assert(typeof error.message === "string" && error.message !== "", shown);
}

for (const path of ["/v1/chat/completions", "/v1/responses", "/v1/embeddings"]) {
  Deno.test(`${path} never breaks at nonsense and always answers in OpenAI's shape`, async () => {
    await using app = await testApp();
    await fc.assert(fc.asyncProperty(bodies, (body) => neverBreaks(app, path, body)), {
      seed: 20261121,
      numRuns: 300,
      endOnFailure: true,
    });
  });
}

Deno.test("a client that hangs up is noticed upstream", async () => {
  await using scene = await clientScene((server) =>
    server.on({ model: "gpt-4o-mini", userMessage: "haiku" }, { content: HAIKU.repeat(200) }, {
      latency: 20,
    })
  );
  const closed = hangUpAt(scene.server);
  const stop = new AbortController();
  const response = await scene.app.fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...haiku, stream: true }),
    signal: stop.signal,
  });
  const reader = response.body!.getReader();
  await reader.read();
  const startedAt = performance.now();
  stop.abort();
  await reader.closed.catch(() => {});
  await closed;
  assert(performance.now() - startedAt < 500);
});
