/** `/api/health|models|route|chat|batch` in the shapes of the specification. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { CALL_MICROS, clientScene, HAIKU, withHaiku } from "../../clients/scene.ts";
import { keyedApp } from "../../harness/keyed_app.ts";
import { testApp } from "../../harness/test_app.ts";
import { SseReader } from "../sse_reader.ts";
import { post } from "./v1.ts";

// deno-lint-ignore no-explicit-any -- each path's own
type Shape = any;

Deno.test("GET /api/health tells how each provider is doing", async () => {
  await using scene = await clientScene((server) => {
    withHaiku(server);
    server.on({ model: "gpt-4o-mini", userMessage: "fail" }, {
      status: 500,
      error: { message: "out of order" },
    });
  });
  const before = await scene.app.json<Shape>("GET", "/api/health");
  assertEquals([before.status, before.service], ["ok", "muster"]);
  const of = (health: Shape, id: string) =>
    health.providers.find((one: { id: string }) => one.id === id);
  assertEquals(of(before, "openai").status, "unknown");
  await post(scene.app, "/api/chat", { prompt: "Write a haiku", model: "gpt-4o-mini" });
  const after = await scene.app.json<Shape>("GET", "/api/health");
  const { status, calls, failures, models } = of(after, "openai");
  assertEquals([status, calls, failures], ["ok", 1, 0]);
  assert(models > 0);
  const groq = of(after, "groq");
  assertEquals([groq.status, groq.models], ["unavailable", 0]);
  assert(groq.problem !== "");
  await post(scene.app, "/api/chat", { prompt: "fail", model: "gpt-4o-mini" });
  const failing = await scene.app.json<Shape>("GET", "/api/health");
  assertEquals([failing.status, of(failing, "openai").status], ["degraded", "failing"]);
  assert(of(failing, "openai").failures > 0);
});

Deno.test("GET /api/models filters by provider and tier, and finds one by its id", async () => {
  await using app = await testApp({ env: { GROQ_API_KEY: "gsk_test", OPENAI_API_KEY: "sk-test" } });
  const all = await app.json<Shape>("GET", "/api/models");
  assertEquals(all.total, all.models.length);
  const groq = await app.json<Shape>("GET", "/api/models?provider=groq&tier=primary");
  assertEquals(groq.models.length, 5);
  assert(groq.models.every((one: Shape) => one.provider === "groq" && one.tier === "primary"));
  const flagship = await app.json<Shape>("GET", "/api/models?tier=flagship");
  assertEquals(flagship.models.map(({ id }: Shape) => id).sort(), ["gpt-4o", "gpt-4o-mini"]);
  const { model } = await app.json<Shape>("GET", "/api/models/openai/gpt-oss-120b");
  assertEquals([model.id, model.pricing.input, model.tokens_per_second], [
    "openai/gpt-oss-120b",
    0.15,
    500,
  ]);
  assertEquals((await app.fetch("/api/models/nobody")).status, 404);
  assertEquals((await app.fetch("/api/models?tier=gold")).status, 400);
  assertEquals((await app.fetch("/api/models?nonsense=1")).status, 400);
});

Deno.test("POST /api/route says where a prompt would go, and asks nobody", async () => {
  await using scene = await clientScene(withHaiku);
  const response = await post(scene.app, "/api/route", { prompt: "Write a haiku" });
  assertEquals(response.status, 200);
  const route = await response.json();
  assertEquals([route.executed, route.provider], [false, "openai"]);
  assert(typeof route.reasoning === "string" && route.reasoning !== "");
  assert(Array.isArray(route.fallbacks) && Array.isArray(route.rejected));
  const named = await (await post(scene.app, "/api/route", {
    messages: [{ role: "user", content: "hi" }],
    model: "gpt-4o",
  })).json();
  assertEquals([named.model, named.tier], ["gpt-4o", "flagship"]);
  assertEquals(scene.server.getRequests().filter(({ path }) => /chat/.test(path)), []);
});

Deno.test("POST /api/chat answers in the given shape", async () => {
  await using scene = await clientScene(withHaiku);
  const response = await post(scene.app, "/api/chat", {
    prompt: "Write a haiku",
    model: "gpt-4o-mini",
    temperature: 0.1,
    max_tokens: 99,
  });
  assertEquals(response.status, 200);
  const body = await response.json();
  assertEquals(Object.keys(body).sort(), [
    "content",
    "cost",
    "model",
    "performance",
    "provider",
    "routing",
    "tier",
    "usage",
  ]);
  assertEquals([body.content, body.model, body.provider, body.tier], [
    HAIKU,
    "gpt-4o-mini",
    "openai",
    "flagship",
  ]);
  assertEquals(body.usage, { prompt_tokens: 500, completion_tokens: 100, total_tokens: 600 });
  assertEquals(body.cost, { amount: CALL_MICROS / 1e6, currency: "USD" });
  assert(body.performance.latency_ms >= 1 && body.performance.tokens_per_second > 0);
  assertEquals(body.routing.decision, "explicit");
  assert(body.routing.reasoning !== "");
  const [asked] = scene.asked();
  assertEquals([asked!.temperature, asked!.max_tokens], [0.1, 99]);
});

Deno.test("POST /api/chat keeps to the tier it is given", async () => {
  await using scene = await clientScene((server) => {
    server.on({ model: "gpt-4o", userMessage: "haiku" }, { content: HAIKU });
    server.on({ model: "gpt-4o-mini", userMessage: "haiku" }, { content: HAIKU });
  });
  const body = await (await post(scene.app, "/api/chat", {
    prompt: "Write a haiku",
    tier: "flagship",
  })).json();
  assertEquals([body.tier, body.routing.decision], ["flagship", "routed"]);
});

Deno.test("POST /api/batch answers each prompt by itself, a few at once", async () => {
  let open = 0;
  let most = 0;
  let pair = Promise.withResolvers<void>();
  await using scene = await clientScene((server) =>
    server.on({ model: "gpt-4o-mini" }, async ({ messages }) => {
      most = Math.max(most, ++open);
      const { promise, resolve } = pair;
      if (open === 2) {
        pair = Promise.withResolvers();
        resolve();
      }
      // Answered in pairs: one that came alone would wait for ever.
      await promise;
      open--;
      const said = String(messages.at(-1)!.content);
      return said.includes("bad")
        ? { status: 400, error: { message: "Not allowed" } }
        : { content: `Answer to ${said}` };
    })
  );
  const prompts = ["one", "two", { prompt: "bad one" }, "four", "five", "six"];
  const response = await post(scene.app, "/api/batch", {
    prompts,
    model: "gpt-4o-mini",
    concurrency: 2,
  });
  const body = await response.json();
  assertEquals([body.total, body.successful, body.failed], [6, 5, 1]);
  assertEquals(body.results.map(({ index }: Shape) => index), [0, 1, 2, 3, 4, 5]);
  assertEquals(body.results[3].content, "Answer to four");
  assertEquals(body.results[2].success, false);
  assertStringIncludes(body.results[2].error.message, "Not allowed");
  assertEquals(most, 2);
});

Deno.test("each prompt of a batch is a request of its own at the provider", async () => {
  await using scene = await clientScene(withHaiku);
  const prompts = ["Write a haiku", "Write another haiku"];
  const response = await post(scene.app, "/api/batch", { prompts, model: "gpt-4o-mini" }, {
    "idempotency-key": "1",
  });
  assertEquals((await response.json()).successful, 2);
  const keys = scene.server.getRequests().filter(({ path }) => path.includes("chat"))
    .map(({ headers }) => headers["idempotency-key"]);
  assertEquals([keys.length, new Set(keys).size], [2, 2]);
});

Deno.test("POST /api/batch streams each result, the progress, and the sums", async () => {
  await using app = await testApp();
  const response = await post(app, "/api/batch", {
    prompts: ["What is 1 + 1?", "What is 2 + 2?", "What is 3 + 3?"],
    model: "muster/offline",
    stream: true,
  });
  const reader = new SseReader(response);
  const frames: { event: string; data: Shape }[] = [];
  for (let frame = await reader.next(); frame; frame = await reader.next()) {
    frames.push({ event: frame.event, data: JSON.parse(frame.data) });
  }
  const of = (type: string) => frames.filter(({ event }) => event === type).map(({ data }) => data);
  assertEquals(of("started"), [{ type: "started", total: 3 }]);
  assertEquals(of("result").map(({ index }) => index).sort(), [0, 1, 2]);
  assertEquals(of("progress").map(({ completed }) => completed), [1, 2, 3]);
  assertEquals([frames.at(-1)!.event, of("done")[0].successful], ["done", 3]);
});

for (
  const [path, body, field] of [
    ["/api/chat", {}, "prompt"],
    ["/api/chat", { prompt: "  " }, "prompt"],
    ["/api/chat", { prompt: "x", tier: "gold" }, "tier"],
    ["/api/chat", { prompt: "x", temperature: 3 }, "temperature"],
    ["/api/chat", { prompt: "x", max_tokens: 0 }, "max_tokens"],
    ["/api/chat", { prompt: "x", nobodyKnowsThis: 1 }, "body"],
    ["/api/route", {}, "prompt"],
    ["/api/route", { prompt: "x", messages: [{ role: "user", content: "x" }] }, "prompt"],
    ["/api/batch", { prompts: [] }, "prompts"],
    ["/api/batch", { prompts: ["x"], concurrency: 1_000 }, "concurrency"],
    ["/api/batch", { prompts: [{}] }, "prompts.0"],
  ] as const
) {
  Deno.test(`${path} refuses ${JSON.stringify(body)} and names ${field}`, async () => {
    await using app = await testApp();
    const response = await post(app, path, body);
    assertEquals(response.status, 400);
    assertStringIncludes(response.headers.get("content-type")!, "application/problem+json");
    const problem = await response.json();
    assertEquals([problem.success, problem.error], [false, problem.detail]);
    assert(problem.errors.some((one: Shape) => one.path.startsWith(field)), problem.detail);
  });
}

/** Bodies of every kind, most of them wrong somewhere. */
const bodies = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.string({ maxLength: 60 }),
  fc.record({
    prompt: fc.oneof(fc.constant("What is 2 + 2?"), fc.jsonValue()),
    prompts: fc.jsonValue(),
    requests: fc.jsonValue(),
    query: fc.jsonValue(),
    messages: fc.jsonValue(),
    model: fc.oneof(fc.constantFrom("muster/offline", "nobody"), fc.jsonValue()),
    tier: fc.jsonValue(),
    nobodyKnowsThis: fc.constant(1),
  }, { requiredKeys: ["nobodyKnowsThis"] }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    "[".repeat(50_000),
    `{"prompt":"x","a":${"[".repeat(9_000)}${"]".repeat(9_000)}}`,
  ),
);

const WRITES = ["chat", "route", "batch", "orchestrate/parallel", "orchestrate/full"];
for (const path of WRITES) {
  Deno.test(`/api/${path} refuses nonsense with a problem and changes nothing`, async () => {
    await using app = await testApp();
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const response = await app.fetch(`/api/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        });
        const problem = await response.json();
        const shown = `${body.slice(0, 300)} → ${response.status}`;
        assert(response.status >= 400 && response.status < 500, shown);
        assertEquals([problem.status, problem.success], [response.status, false], shown);
      }),
      { seed: 20261121, numRuns: 150, endOnFailure: true },
    );
    assertEquals((await app.json<Shape>("GET", "/api/v1/runs")).items, []);
  });
}

Deno.test("an unknown model is refused; a preview needs a viewer, a chat an agent", async () => {
  await using app = await keyedApp();
  const viewer = await app.newKey({ role: "viewer" });
  const member = await app.newKey({ role: "member" });
  const prompt = { prompt: "What is 2 + 2?" };
  assertEquals((await app.send(viewer.token, "POST", "/api/route", prompt)).status, 200);
  assertEquals((await app.send(viewer.token, "POST", "/api/chat", prompt)).status, 403);
  assertEquals((await app.send(member.token, "POST", "/api/chat", prompt)).status, 200);
  const unknown = { ...prompt, model: "nobody/none" };
  assertEquals((await app.send(member.token, "POST", "/api/chat", unknown)).status, 404);
  assertEquals((await app.send(undefined, "GET", "/api/health")).status, 401);
});
