import { assert, assertEquals } from "@std/assert";
import { type EchoUpstream, echoUpstream } from "../../harness/echo_upstream.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { errorOf, post, sseData } from "./v1.ts";

const SECRET = "Write to ann@example.com, card 4111 1111 1111 1111, ask Rosa Klein";
const SENT = "Write to [EMAIL-1], card [CARD-1], ask [NAME-1]";

async function redactingApp(upstream: EchoUpstream, mode: "replace" | "block"): Promise<TestApp> {
  const app = await testApp({ env: upstream.env });
  const patch = { redaction: { mode, names: ["Rosa Klein"] } };
  await app.gateway.settings.update({ workspaceId: "default", actor: "test", patch });
  return app;
}

const ask = (content: string, more: object = {}) => ({
  model: "gpt-4o-mini",
  messages: [{ role: "user", content }],
  ...more,
});

const TOOLS = [{ type: "function", function: { name: "send", parameters: { type: "object" } } }];

Deno.test("what is redacted does not reach the provider and comes back to the caller", async () => {
  await using upstream = echoUpstream();
  await using app = await redactingApp(upstream, "replace");
  const response = await post(app, "/v1/chat/completions", ask(SECRET));
  assertEquals((await response.json()).choices[0].message.content, SECRET);
  assertEquals(JSON.parse(upstream.got[0]!).messages[0].content, SENT);
});

Deno.test("a stream split inside the placeholders comes back whole, text and tools' arguments", async () => {
  await using upstream = echoUpstream();
  await using app = await redactingApp(upstream, "replace");
  const deltas = async (more: object) => {
    const body = ask(SECRET, { stream: true, ...more });
    const data = await sseData(await post(app, "/v1/chat/completions", body));
    assertEquals(data.at(-1), "[DONE]");
    return data.slice(0, -1).flatMap((chunk) => JSON.parse(chunk).choices).map((c) => c.delta);
  };
  const text = await deltas({});
  assertEquals(text.map(({ content }) => content ?? "").join(""), SECRET);
  const calls = await deltas({ tools: TOOLS });
  const args = calls.map((delta) => delta.tool_calls?.[0].function.arguments ?? "").join("");
  assertEquals(JSON.parse(args), { to: SECRET });
  assert(upstream.got.every((body) => !body.includes("ann@example.com")));
});

Deno.test("two callers share a cached answer and each gets its own values", async () => {
  await using upstream = echoUpstream();
  await using app = await redactingApp(upstream, "replace");
  for (const person of ["ann@example.com", "bob@example.org"]) {
    const response = await post(app, "/v1/chat/completions", ask(`Write to ${person}`));
    assertEquals((await response.json()).choices[0].message.content, `Write to ${person}`);
    await app.gateway.cache.flush();
  }
  assertEquals(upstream.got.length, 1);
});

Deno.test("nothing redacted is in the store after a call", async () => {
  await using upstream = echoUpstream();
  await using app = await redactingApp(upstream, "replace");
  await (await post(app, "/v1/chat/completions", ask(SECRET, { stream: true }))).text();
  await app.gateway.cache.flush();
  await app.gateway.ledger.flush();
  const decoder = new TextDecoder();
  const everything = { start: [] as unknown as never, end: [true] as unknown as never };
  for await (const { key, value } of app.ctx.kv.listBytes(everything)) {
    const stored = value instanceof Uint8Array ? decoder.decode(value) : String(value);
    assert(!stored.includes("ann@example.com") && !stored.includes("4111"), key.join("/"));
  }
});

Deno.test("mode block refuses before anything is sent, naming the place and not the value", async () => {
  await using upstream = echoUpstream();
  await using app = await redactingApp(upstream, "block");
  const refused = await post(app, "/v1/chat/completions", ask(SECRET));
  assertEquals(refused.status, 400);
  const error = await errorOf(refused);
  assertEquals([error.code, error.param], ["redaction_blocked", "messages[0].content"]);
  assert(!error.message.includes("ann@"));
  const embedding = await post(app, "/v1/embeddings", {
    model: "text-embedding-3-small",
    input: SECRET,
  });
  assertEquals(embedding.status, 400);
  assertEquals(upstream.got, []);
  assertEquals((await post(app, "/v1/chat/completions", ask("Hello"))).status, 200);
});

Deno.test("embeddings are redacted too", async () => {
  await using upstream = echoUpstream();
  await using app = await redactingApp(upstream, "replace");
  const answer = await post(app, "/v1/embeddings", {
    model: "text-embedding-3-small",
    input: [SECRET, "Hello"],
  });
  assertEquals(answer.status, 200);
  assertEquals(JSON.parse(upstream.got[0]!).input, [SENT, "Hello"]);
});
