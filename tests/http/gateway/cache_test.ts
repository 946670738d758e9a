import { assert, assertEquals } from "@std/assert";
import { echoUpstream } from "../../harness/echo_upstream.ts";
import { keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { post, sseData } from "./v1.ts";

const ask = (content: string, more: object = {}) => ({
  model: "gpt-4o-mini",
  messages: [{ role: "user", content }],
  ...more,
});

async function chat(app: TestApp, body: object, headers: Record<string, string> = {}) {
  const response = await post(app, "/v1/chat/completions", body, headers);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return {
    cache: response.headers.get("x-muster-cache"),
    cost: response.headers.get("x-muster-cost-micros"),
    text,
  };
}

const settle = (app: TestApp) => app.gateway.cache.flush();

Deno.test("an equal request is answered from the cache, free, byte for byte, and counted as saved", async () => {
  await using upstream = echoUpstream();
  await using app = await testApp({ env: upstream.env });
  const first = await chat(app, ask("Hello"));
  await settle(app);
  const again = await chat(app, ask("Hello", { temperature: null, n: 1 }));
  assertEquals([first.cache, again.cache], ["miss", "hit"]);
  assertEquals([again.text, again.cost], [first.text, "0"]);
  assertEquals(upstream.got.length, 1);
  const stats = await app.json<{ total: Record<string, number>; entries: number }>(
    "GET",
    "/api/v1/gateway/cache",
  );
  assertEquals([stats.total.hits, stats.total.misses, stats.entries], [1, 1, 1]);
  assertEquals([stats.total.savedMicros, stats.total.savedTokens], [135, 600]);
});

Deno.test("a cached stream is replayed as the stream it was", async () => {
  await using upstream = echoUpstream();
  await using app = await testApp({ env: upstream.env });
  const read = async () => {
    const response = await post(app, "/v1/chat/completions", ask("Hello there", { stream: true }));
    return { cache: response.headers.get("x-muster-cache"), data: await sseData(response) };
  };
  const first = await read();
  await settle(app);
  const again = await read();
  assertEquals([first.cache, again.cache], ["miss", "hit"]);
  assertEquals(again.data, first.data);
  assertEquals(again.data.at(-1), "[DONE]");
  assertEquals(upstream.got.length, 1);
});

Deno.test("bypass asks and keeps nothing, refresh asks and replaces, DELETE forgets", async () => {
  await using upstream = echoUpstream();
  await using app = await testApp({ env: upstream.env });
  const statuses: (string | null)[] = [];
  const turn = async (mode?: string) => {
    statuses.push((await chat(app, ask("Hi"), mode ? { "x-muster-cache": mode } : {})).cache);
    await settle(app);
  };
  await turn("bypass");
  await turn();
  await turn("refresh");
  await turn();
  assertEquals(await app.json("DELETE", "/api/v1/gateway/cache"), { cleared: 1 });
  await turn();
  assertEquals(statuses, ["bypass", "miss", "miss", "hit", "miss"]);
  assertEquals(upstream.got.length, 4);
});

Deno.test("identical calls at the same time are asked once; each gets the answer", async () => {
  await using upstream = echoUpstream();
  await using app = await testApp({ env: upstream.env });
  const gate = Promise.withResolvers<void>();
  upstream.hold = gate.promise;
  const calls = Array.from({ length: 10 }, (_, i) => chat(app, ask("Hello", { stream: i >= 5 })));
  while (upstream.got.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  gate.resolve();
  const answers = await Promise.all(calls);
  assertEquals(upstream.got.length, 2, "one whole, one streamed");
  assert(answers.every(({ text }) => text.includes("Hel")));
});

Deno.test("a request that means the same is answered where the workspace wants it", async () => {
  await using upstream = echoUpstream();
  await using app = await testApp({ env: upstream.env });
  const patch = { cache: { semantic: true, embedder: "local" } };
  await app.gateway.settings.update({ workspaceId: "default", actor: "test", patch });
  const statuses: (string | null)[] = [];
  for (
    const text of [
      "What is the capital of France?",
      "Please tell me the capital of France",
      "What is the capital of Spain?",
    ]
  ) {
    statuses.push((await chat(app, ask(text))).cache);
    await settle(app);
  }
  assertEquals(statuses, ["miss", "semantic", "miss"]);
});

Deno.test("only an admin forgets the cache", async () => {
  await using app = await keyedApp();
  const member = await app.newKey({ role: "member" });
  const admin = await app.newKey({ role: "admin" });
  const path = "/api/v1/gateway/cache";
  assertEquals((await app.send(member.token, "GET", path)).status, 200);
  assertEquals((await app.send(member.token, "DELETE", path)).status, 403);
  assertEquals((await app.send(admin.token, "DELETE", path)).status, 200);
});

Deno.test("a call that joined ends at its own deadline and says so; the one it joined goes on", async () => {
  await using upstream = echoUpstream();
  await using app = await testApp({ env: upstream.env });
  const gate = Promise.withResolvers<void>();
  upstream.hold = gate.promise;
  const leader = chat(app, ask("Hello"), { "x-muster-timeout-ms": "5000" });
  while (upstream.got.length < 1) await new Promise((resolve) => setTimeout(resolve, 0));
  const late = await post(app, "/v1/chat/completions", ask("Hello"), {
    "x-muster-timeout-ms": "150",
  });
  assertEquals(late.status, 504);
  assertEquals((await late.json()).error.code, "deadline_exceeded");
  gate.resolve();
  assertEquals((await leader).cache, "miss");
  assertEquals(upstream.got.length, 1);
});

Deno.test("a stream that joined and comes late ends with an error and without [DONE]", async () => {
  await using upstream = echoUpstream();
  await using app = await testApp({ env: upstream.env });
  const gate = Promise.withResolvers<void>();
  upstream.pause = { after: 2, until: gate.promise };
  const body = ask("Hello there", { stream: true });
  const leader = post(app, "/v1/chat/completions", body, { "x-muster-timeout-ms": "5000" });
  const first = await leader;
  const late = await post(app, "/v1/chat/completions", body, { "x-muster-timeout-ms": "300" });
  const data = await sseData(late);
  assertEquals(JSON.parse(data.at(-1)!).error.code, "deadline_exceeded");
  assert(!data.includes("[DONE]"));
  gate.resolve();
  assertEquals((await sseData(first)).at(-1), "[DONE]");
  assertEquals(upstream.got.length, 1);
});

Deno.test("where a provider has embeddings they find what local words cannot, within the same rules", async () => {
  await using upstream = echoUpstream();
  await using app = await testApp({ env: upstream.env });
  const patch = { cache: { semantic: true } };
  await app.gateway.settings.update({ workspaceId: "default", actor: "test", patch });
  const statuses: (string | null)[] = [];
  for (
    const text of [
      "Suggest a birthday present for dad",
      "Recommend gift ideas my father will love",
      "Suggest a birthday present for mom",
    ]
  ) {
    statuses.push((await chat(app, ask(text))).cache);
    await settle(app);
  }
  // This provider finds everything alike: the third is held back by the rules alone.
  assertEquals(statuses, ["miss", "semantic", "miss"]);
  const inputs = upstream.got.filter((body) => body.includes(`"input"`));
  assertEquals([inputs.length, upstream.got.length], [3, 5]);
});
