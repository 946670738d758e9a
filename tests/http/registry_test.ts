import { assertEquals } from "@std/assert";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { refusal, send } from "./scripted.ts";

interface Provider {
  id: string;
  key: string;
  hint?: string;
}

const providers = async (app: TestApp) =>
  (await app.json<{ items: Provider[] }>("GET", "/api/v1/providers")).items;

Deno.test("GET /agents lists the registry page by page with JSON schemas", async () => {
  await using app = await testApp();
  type Page = {
    items: { id: string; kind: string; input: { type?: string } }[];
    nextCursor: string;
  };
  const first = await app.json<Page>("GET", "/api/v1/agents?limit=4");
  assertEquals(first.items.map(({ id }) => id), ["full", "parallel", "workers", "optimize"]);
  assertEquals(first.items.every(({ kind, input }) => kind === "built-in" && !!input.type), true);
  const rest = await app.json<Page>("GET", `/api/v1/agents?limit=100&cursor=${first.nextCursor}`);
  assertEquals([first.items.length + rest.items.length, rest.nextCursor], [app.agents.size, null]);
});

Deno.test("GET /agents/{id} is one agent or 404", async () => {
  await using app = await testApp();
  const { agent } = await app.json<{ agent: { role: string } }>("GET", "/api/v1/agents/mediator");
  assertEquals(agent.role, "mediator");
  assertEquals((await refusal(await app.fetch("/api/v1/agents/nobody"))).code, "not_found");
});

Deno.test("GET /models begins with the default and labels the demonstration", async () => {
  await using app = await testApp();
  const { items } = await app.json<{ items: { id: string; demonstration: boolean }[] }>(
    "GET",
    "/api/v1/models",
  );
  assertEquals([items[0]!.id, items[0]!.demonstration], ["muster/offline", true]);
});

Deno.test("a provider's key goes in, shows its last four characters, never comes out, is forgotten", async () => {
  await using app = await testApp();
  const secret = "sk-test-0123456789abcdef";
  const put = await send(app, "PUT", "/api/v1/providers/groq", { apiKey: secret });
  const text = await put.text();
  assertEquals([put.status, text.includes(secret)], [200, false]);
  assertEquals((JSON.parse(text).provider as Provider).hint, "…cdef");
  assertEquals((await providers(app)).slice(0, 3).map(({ key }) => key), [
    "none",
    "keystore",
    "none",
  ]);
  const gone = await send(app, "DELETE", "/api/v1/providers/groq");
  assertEquals([gone.status, (await providers(app))[1]!.key], [204, "none"]);
});

Deno.test("a provider's key is taken up without a restart", async () => {
  await using app = await testApp({ env: { MUSTER_DEFAULT_MODEL: "muster/offline" } });
  const modelsOf = async () =>
    (await app.json<{ items: { provider: string }[] }>("GET", "/api/v1/models")).items
      .map(({ provider }) => provider);
  assertEquals((await modelsOf()).includes("groq"), false);
  await app.json("PUT", "/api/v1/providers/groq", { apiKey: "gsk-test-0123456789abcdef" });
  assertEquals((await modelsOf()).includes("groq"), true);
  await app.json("DELETE", "/api/v1/providers/groq");
  assertEquals((await modelsOf()).includes("groq"), false);
});

Deno.test("PUT /providers refuses unknown providers and bad keys", async () => {
  await using app = await testApp();
  const put = async (id: string, body: unknown) =>
    await refusal(await send(app, "PUT", `/api/v1/providers/${id}`, body));
  assertEquals((await put("nobody", { apiKey: "x" })).code, "not_found");
  assertEquals((await put("openai", { apiKey: "" })).paths, ["apiKey"]);
  assertEquals((await put("openai", { apiKey: 1 })).paths, ["apiKey"]);
  assertEquals((await put("openai", { apiKey: "x", url: "y" })).code, "invalid_input");
});

Deno.test("a key in the environment is named as such", async () => {
  await using app = await testApp({ env: { OPENAI_API_KEY: "sk-environment-key-0123" } });
  const { id, key } = (await providers(app))[0]!;
  assertEquals([id, key], ["openai", "environment"]);
});

Deno.test("bodies that are not JSON are refused, also where a body is optional", async () => {
  await using app = await testApp();
  const post = (body: string, type: string) =>
    app.fetch("/api/v1/sessions", { method: "POST", body, headers: { "content-type": type } });
  assertEquals(
    (await refusal(await post("title=x", "application/x-www-form-urlencoded"))).status,
    415,
  );
  assertEquals((await refusal(await post("{", "application/json"))).code, "invalid_input");
  assertEquals(
    (await refusal(await post(`"${"x".repeat(3 << 20)}"`, "application/json"))).status,
    413,
  );
  assertEquals((await app.fetch("/api/v1/sessions", { method: "POST" })).status, 201);
});

Deno.test("the OpenAPI document names every operation, its problems, security, server and licence", async () => {
  await using app = await testApp();
  const document = await app.json<{
    openapi: string;
    info: { license?: object };
    servers?: object[];
    security?: object[];
    paths: Record<
      string,
      Record<string, { operationId?: string; responses: Record<string, object> }>
    >;
  }>("GET", "/openapi.json");
  assertEquals(document.openapi, "3.1.0");
  assertEquals([!!document.info.license, !!document.servers, !!document.security], [
    true,
    true,
    true,
  ]);
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const ids = operations.map(({ operationId }) => operationId);
  assertEquals(new Set(ids).size, ids.length);
  assertEquals(ids.includes(undefined), false);
  const unspoken = operations.filter(({ responses }) =>
    !Object.keys(responses).some((s) => s[0] === "4" || s[0] === "5")
  );
  assertEquals(unspoken.map(({ operationId }) => operationId), []);
});
