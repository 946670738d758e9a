import { assert, assertEquals, assertMatch } from "@std/assert";
import { ADMIN_KEY, keyedApp } from "../harness/keyed_app.ts";
import { testApp } from "../harness/test_app.ts";

const json = { "content-type": "application/json" };

const UNKNOWN = ["/coordinator/nothing", "/agent/phoenix/nothing", "/agent", "/coordinator/a/b/c"];

for (const path of UNKNOWN) {
  Deno.test(`404 {"error"} for unknown paths: ${path}`, async () => {
    await using app = await testApp();
    const response = await app.fetch(path, { headers: { accept: "text/html" } });
    const body = await response.json();
    assertEquals(response.status, 404);
    assertEquals([Object.keys(body), typeof body.error], [["error"], "string"]);
  });
}

const WRONG_METHODS: readonly [string, string, string][] = [
  ["DELETE", "/coordinator/chat", "GET, POST, HEAD, OPTIONS"],
  ["PUT", "/coordinator/tasks", "GET, POST, HEAD, OPTIONS"],
  ["DELETE", "/agent/phoenix/checkpoint", "GET, POST, HEAD, OPTIONS"],
  ["POST", "/coordinator/work", "GET, HEAD, OPTIONS"],
];

for (const [method, path, allow] of WRONG_METHODS) {
  Deno.test(`405 for a wrong method: ${method} ${path}`, async () => {
    await using app = await testApp();
    const response = await app.fetch(path, { method });
    const body = await response.json();
    assertEquals([response.status, response.headers.get("allow")], [405, allow]);
    assertEquals([Object.keys(body), typeof body.error], [["error"], "string"]);
  });
}

const BAD_BODIES: readonly [string, string][] = [
  ["what is not JSON", "{"],
  ["a list", "[]"],
  ["a string", '"hello"'],
  ["null", "null"],
];

for (const [what, body] of BAD_BODIES) {
  Deno.test(`400 {"error"} for ${what}`, async () => {
    await using app = await testApp();
    for (const path of ["/coordinator/chat", "/agent/phoenix/memory", "/lock/a.ts/lock"]) {
      const response = await app.fetch(path, { method: "POST", body, headers: json });
      const answer = await response.json();
      assertEquals([response.status, Object.keys(answer)], [400, ["error"]], path);
    }
  });
}

Deno.test('400 {"error": "<fields> required"}', async () => {
  await using app = await testApp();
  const response = await app.fetch("/coordinator/chat", { method: "POST", body: "{}" });
  assertEquals(response.status, 400);
  assertEquals(await response.json(), { error: "author, message required" });
});

Deno.test("401 {error} without a key, with WWW-Authenticate", async () => {
  await using app = await keyedApp();
  for (const path of ["/coordinator/agents", "/agent/phoenix/soul", "/lock/a.ts/check"]) {
    const { status, headers, body } = await app.send(undefined, "GET", path);
    assertEquals([status, Object.keys(body)], [401, ["error"]], path);
    assertMatch(headers.get("www-authenticate") ?? "", /^Bearer/);
  }
});

Deno.test("403 {success:false, error} for a viewer that writes, and 429 with Retry-After", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "viewer" });
  const refused = await app.send(token, "POST", "/coordinator/chat", { author: "a", message: "b" });
  assertEquals([refused.status, refused.body.success], [403, false]);
  assertEquals(typeof refused.body.error, "string");
  for (let i = 0; i < 20; i++) await app.send("wrong", "GET", "/coordinator/chat");
  const slowed = await app.send("wrong", "GET", "/coordinator/chat");
  assertEquals([slowed.status, Object.keys(slowed.body)], [429, ["error"]]);
  assert(Number(slowed.headers.get("retry-after")) > 0);
});

Deno.test("403 {error} for a foreign origin in open mode", async () => {
  await using app = await testApp();
  const response = await app.fetch("/coordinator/chat", {
    headers: { origin: "https://evil.example" },
  });
  const body = await response.json();
  assertEquals([response.status, body.success, typeof body.error], [403, false, "string"]);
});

Deno.test("413 {error} for a body that is too large", async () => {
  await using app = await testApp();
  const body = JSON.stringify({ author: "a", message: "x".repeat(2 * 1024 * 1024) });
  const response = await app.fetch("/coordinator/chat", { method: "POST", body, headers: json });
  assertEquals([response.status, Object.keys(await response.json())], [413, ["error"]]);
});

Deno.test("CORS for GET/POST/PUT/PATCH/DELETE/OPTIONS with the four headers", async () => {
  await using app = await keyedApp();
  const response = await app.fetch("/lock/src%2Fa.ts/lock", {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-agent-id, x-resource-path",
    },
  });
  assertEquals(response.status, 204);
  const list = (name: string) => response.headers.get(name)?.split(", ") ?? [];
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    assert(list("access-control-allow-methods").includes(method), method);
  }
  for (const header of ["Content-Type", "Authorization", "X-Agent-Id", "X-Resource-Path"]) {
    assert(list("access-control-allow-headers").includes(header), header);
  }
});

Deno.test("CORS answers whoever sends a key, never with credentials; refusals too", async () => {
  await using app = await keyedApp();
  for (const key of [ADMIN_KEY, "wrong"]) {
    const { headers } = await app.send(key, "GET", "/coordinator/agents", undefined, {
      origin: "https://app.example",
    });
    assertEquals(headers.get("access-control-allow-origin"), "*");
    assertEquals(headers.get("access-control-allow-credentials"), null);
  }
});

Deno.test("a session of the browser writes from our own page only", async () => {
  await using app = await keyedApp();
  const signed = await app.fetch("/sign-in", {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ key: ADMIN_KEY }),
    headers: { origin: app.url },
  });
  await signed.body?.cancel();
  const cookie = signed.headers.get("set-cookie")!.split(";")[0]!;
  const chat = { author: "a", message: "b" };
  const own = await app.send(undefined, "POST", "/coordinator/chat", chat, {
    cookie,
    origin: app.url,
  });
  const foreign = await app.send(undefined, "POST", "/coordinator/chat", chat, {
    cookie,
    origin: "https://evil.example",
  });
  assertEquals([own.status, foreign.status, foreign.body.success], [200, 403, false]);
});

Deno.test("a bound key acts only as its agent: another id is 403, none is its own", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "agent", agentId: "phoenix" });
  const other = await app.send(token, "POST", "/coordinator/chat", {
    author: "atlas",
    message: "x",
  });
  const own = await app.send(token, "POST", "/coordinator/chat", { message: "x" });
  const header = await app.send(token, "POST", "/coordinator/chat", { message: "x" }, {
    "x-agent-id": "atlas",
  });
  assertEquals([other.status, own.status, header.status], [403, 200, 403]);
  assertEquals(own.body.message.author, "phoenix");
});

Deno.test("an unbound key acts as body, then path, then X-Agent-Id; two that differ are a 400", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "member" });
  const post = (path: string, body: unknown, agent?: string) =>
    app.send(token, "POST", path, body, agent === undefined ? {} : { "x-agent-id": agent });
  const byHeader = await post("/coordinator/chat", { message: "x" }, "atlas");
  assertEquals([byHeader.status, byHeader.body.message.author], [200, "atlas"]);
  const differ = await post("/coordinator/chat", { author: "phoenix", message: "x" }, "atlas");
  assertEquals([differ.status, Object.keys(differ.body)], [400, ["error"]]);
  const path = await post("/agent/phoenix/checkpoint", { conversationSummary: "x" }, "atlas");
  assertEquals([path.status, Object.keys(path.body)], [400, ["error"]]);
});

Deno.test("force needs role operator: a viewer's and a member's key are refused", async () => {
  await using app = await keyedApp();
  const [viewer, member, operator] = await Promise.all(
    (["viewer", "member", "operator"] as const).map((role) => app.newKey({ role })),
  );
  await app.send(member!.token, "POST", "/lock/a.ts/lock", { agentId: "phoenix" });
  const force = ({ token }: { token: string }) =>
    app.send(token, "POST", "/lock/a.ts/unlock", { agentId: "atlas", force: true });
  const statuses = [await force(viewer!), await force(member!), await force(operator!)];
  assertEquals(statuses.map(({ status }) => status), [403, 403, 200]);
  assertEquals(statuses[2]!.body.previousOwner, "phoenix");
});
