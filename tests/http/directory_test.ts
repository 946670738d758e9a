import { assert, assertEquals } from "@std/assert";
import { ADMIN_KEY, type KeyedApp, keyedApp } from "../harness/keyed_app.ts";

const KEY = "sk-somebody-s-own-0123456789abcdef";

const as =
  (app: KeyedApp) =>
  (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    app.send(ADMIN_KEY, method, `/api/v1${path}`, body, headers);

/** A server that speaks the protocol, with one model. */
function modelServer(): AsyncDisposable & { readonly url: string; readonly keys: string[] } {
  const keys: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      keys.push(request.headers.get("authorization") ?? "");
      if (new URL(request.url).pathname.endsWith("/models")) {
        return Response.json({ data: [{ id: "small" }] });
      }
      const { model, stream } = await request.json();
      if (stream) {
        const chunk = (delta: unknown, finish: string | null) =>
          `data: ${
            JSON.stringify({ id: "x", choices: [{ index: 0, delta, finish_reason: finish }] })
          }\n\n`;
        return new Response(
          `${chunk({ content: "ok" }, null)}${chunk({}, "stop")}data: [DONE]\n\n`,
          {
            headers: { "content-type": "text/event-stream" },
          },
        );
      }
      return Response.json({
        id: "x",
        model,
        choices: [{
          index: 0,
          message: { role: "assistant", content: "ok" },
          finish_reason: "stop",
        }],
        usage: { prompt_tokens: 9, completion_tokens: 1 },
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    keys,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };
}

Deno.test("GET /providers lists what is built in and never a key", async () => {
  await using app = await keyedApp({ env: { OPENAI_API_KEY: KEY } });
  const { status, body } = await as(app)("GET", "/providers");
  assertEquals(status, 200);
  const ids = body.items.map(({ id }: { id: string }) => id);
  assertEquals(ids, ["openai", "groq", "workers-ai", "ollama", "offline"]);
  assertEquals([body.items[0].key, body.items[0].health.calls], ["environment", 0]);
  assertEquals(JSON.stringify(body).includes(KEY), false);
});

Deno.test("a provider is added, tested, changed and removed, its models with it", async () => {
  await using server = modelServer();
  await using app = await keyedApp();
  const send = as(app);
  const input = { id: "mine", baseUrl: server.url, apiKey: KEY, allowPrivate: true };
  const made = await send("POST", "/providers", input);
  assertEquals([made.status, made.headers.get("location")], [201, "/api/v1/providers/mine"]);
  assertEquals([made.body.provider.key, made.body.provider.hint], ["keystore", "…cdef"]);
  assertEquals(JSON.stringify(made.body).includes(KEY), false);
  const model = { id: "mine/small", provider: "mine", upstreamId: "small", tier: "edge" };
  const price = { priceInMicrosPerMTok: 10_000, priceOutMicrosPerMTok: 20_000 };
  const added = await send("POST", "/models", { ...model, ...price });
  assertEquals([added.status, added.body.model.priced], [201, true]);
  const test = await send("POST", "/providers/mine/test", { model: "mine/small" });
  assertEquals([test.status, test.body.ok, test.body.model], [200, true, "mine/small"], test.body);
  assertEquals(server.keys.at(-1), `Bearer ${KEY}`);
  assertEquals((await send("POST", "/providers", input)).status, 409);
  assertEquals((await send("DELETE", "/providers/mine")).status, 204);
  const gone = await send("GET", "/models/mine%2Fsmall");
  assertEquals(gone.body.model.problem, 'belongs to "mine", which does not exist');
});

Deno.test("a base URL on this machine needs to be meant, one of the cloud's own is never taken", async () => {
  await using app = await keyedApp();
  const create = async (baseUrl: string, allowPrivate = false) => {
    const { status, body } = await as(app)("POST", "/providers", {
      id: "mine",
      baseUrl,
      allowPrivate,
    });
    return [status, body.errors?.[0].path];
  };
  for (
    const url of [
      "http://127.0.0.1:9/v1",
      "http://localhost/v1",
      "http://[::1]/v1",
      "http://10.0.0.8/v1",
      "http://2130706433/",
    ]
  ) assertEquals(await create(url), [400, "baseUrl"], url);
  for (
    const url of [
      "http://169.254.169.254/latest",
      "http://[fe80::1]/v1",
      "http://metadata.google.internal/",
      "http://[::ffff:169.254.169.254]/",
      "http://[64:ff9b::169.254.169.254]/",
      "http://[2002:a9fe:a9fe::]/",
      "http://metadata.goog/",
      "http://100.100.100.200/",
      "http://192.0.0.192/",
    ]
  ) assertEquals(await create(url, true), [400, "baseUrl"], url);
  for (
    const url of ["ftp://example.com", "https://u:p@example.com/v1", "https://example.com/?a=1"]
  ) {
    assertEquals(await create(url), [400, "baseUrl"], url);
  }
});

Deno.test("a key is not sent to a new origin: the stored one is forgotten, the environment's stays home", async () => {
  await using server = modelServer();
  await using app = await keyedApp({ env: { OPENAI_API_KEY: KEY } });
  const send = as(app);
  await send("PUT", "/providers/groq", { apiKey: KEY });
  const away = { baseUrl: server.url, allowPrivate: true };
  const groq = await send("PATCH", "/providers/groq", away);
  assertEquals([groq.status, groq.body.provider.key, groq.body.provider.custom], [
    200,
    "none",
    true,
  ]);
  const openai = await send("PATCH", "/providers/openai", away);
  assertEquals(openai.body.provider.key, "none");
  await send("POST", "/providers/openai/test", { model: "openai/small" });
  assertEquals(server.keys.some((key) => key.includes(KEY)), false);
  const back = await send("PATCH", "/providers/openai", { baseUrl: null });
  assertEquals(back.body.provider.key, "environment");
});

Deno.test("PATCH /models prices, disables and takes back; ids are percent-encoded", async () => {
  await using app = await keyedApp({ env: { GROQ_API_KEY: KEY } });
  const send = as(app);
  const path = "/models/openai%2Fgpt-oss-20b";
  const first = await send("GET", path);
  assertEquals([first.status, first.headers.get("etag")], [200, '"0"']);
  const priced = await send("PATCH", path, { priceInMicrosPerMTok: 1, asOf: "2025-01-01" });
  assertEquals([priced.body.model.priceInMicrosPerMTok, priced.body.model.stale], [1, true]);
  assertEquals(priced.body.model.changed, ["priceInMicrosPerMTok", "asOf"]);
  const late = await send("PATCH", path, { enabled: false }, { "if-match": '"0"' });
  assertEquals(late.status, 412);
  const off = await send("PATCH", path, { enabled: false });
  assertEquals([off.body.model.problem, off.headers.get("etag")], ["is disabled", '"2"']);
  const listed = await send("GET", "/models?provider=groq");
  assertEquals(listed.body.items.length, 4);
  assertEquals((await send("DELETE", path)).status, 204);
  assertEquals((await send("GET", path)).body.model.priceInMicrosPerMTok, 75_000);
  assertEquals((await send("PATCH", "/models/muster%2Foffline", { enabled: false })).status, 409);
  assertEquals((await send("GET", "/models/nobody")).status, 404);
});

Deno.test("models and providers are changed by admins alone", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "operator" });
  for (
    const [method, path] of [["POST", "/models"], ["PATCH", "/models/gpt-4o"], [
      "POST",
      "/providers",
    ]]
  ) {
    assertEquals((await app.send(token, method!, `/api/v1${path}`, {})).status, 403);
  }
  assertEquals((await app.send(token, "GET", "/api/v1/models")).status, 200);
});

Deno.test("GET|PATCH /settings/gateway shows every default and takes changes up at once", async () => {
  await using app = await keyedApp({ env: { GROQ_API_KEY: KEY, OPENAI_API_KEY: KEY } });
  const send = as(app);
  const before = await send("GET", "/settings/gateway");
  assertEquals([before.status, before.body.changed], [200, {}]);
  assertEquals(before.body.settings.calls.deadlineMs, 120_000);
  const wrong = await send("PATCH", "/settings/gateway", { routing: { nothing: 1 } });
  assertEquals([wrong.status, wrong.body.errors[0].path], [400, "routing.nothing"]);
  const ask = { model: "muster/auto", messages: [{ role: "user", content: "Hi there" }] };
  const preview = async () => (await send("POST", "/gateway/route", ask)).body.decision;
  assertEquals((await preview()).tier, "primary");
  await send("PATCH", "/settings/gateway", { routing: { primaryFrom: 0, flagshipFrom: 0 } });
  const now = await preview();
  assertEquals([now.tier, now.model], ["flagship", "gpt-4o-mini"]);
  assert(now.rejected.length > 0);
});

Deno.test("the AI Gateway's token is kept like a key; its address is a setting", async () => {
  await using app = await keyedApp({ env: { OPENAI_API_KEY: KEY } });
  const send = as(app);
  const put = await send("PUT", "/providers/ai-gateway", { apiKey: KEY });
  assertEquals([put.status, put.body.provider.hint], [200, "…cdef"]);
  assertEquals((await send("PATCH", "/providers/ai-gateway", { enabled: false })).status, 400);
  const bad = await send("PATCH", "/settings/gateway", {
    directory: { aiGatewayUrl: "https://evil.example/v1/a/b" },
  });
  assertEquals([bad.status, bad.body.errors[0].path], [400, "directory.aiGatewayUrl"]);
  const aiGatewayUrl = "https://gateway.ai.cloudflare.com/v1/acc/gw";
  await send("PATCH", "/settings/gateway", { directory: { aiGatewayUrl } });
  const { body } = await send("GET", "/providers/openai");
  assertEquals([body.provider.baseUrl, body.provider.fronted], [`${aiGatewayUrl}/openai`, true]);
});
