import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { connect } from "../../lib/client/mod.ts";
import { may } from "../../lib/identity/mod.ts";
import type { Role } from "../../lib/identity/schema.ts";
import { neededRight } from "../../routes/_http/rights.ts";
import { createRoutes } from "../../routes/mod.ts";
import { ADMIN_KEY, keyedApp } from "../harness/keyed_app.ts";

const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** They check for themselves: a form's key, a derived secret; each tool and each frame (their own tests). */
const OWN_CHECK = new Set(["/sign-in", "/sign-out", "/internal/drain", "/mcp"]);
/** Writes nothing. */
const CHECKS = new Set(["/api/v1/locks/check", "/api/v1/gateway/route", "/api/route"]);

/** Every write there is, its parameters filled in; a route added later is among them. */
function writesOf(routes: readonly { method: string; path: string }[]): [string, string][] {
  const found = routes.filter(({ method, path }) =>
    WRITES.has(method) && !OWN_CHECK.has(path) && !CHECKS.has(path)
  ).map(({ method, path }): [string, string] => [
    method,
    path.replaceAll(/:\w+(?:\{[^}]*\})?\??/g, "x").replaceAll("*", "x"),
  ]);
  return [...new Map(found.map((write) => [write.join(" "), write])).values()];
}

Deno.test("a viewer's write is 403 on every path there is, known or not", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "viewer" });
  const writes = writesOf(createRoutes(app).routes);
  const odd: unknown[] = [];
  for (const [method, path] of [...writes, ["POST", "/api/v1/nothing"], ["PUT", "/nothing"]]) {
    const { status, body } = await app.send(token, method!, path!, {});
    if (status !== 403) odd.push([method, path, status, body]);
  }
  assertEquals(odd, []);
});

Deno.test("an agent's key writes on coordination paths only", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "agent", agentId: "phoenix" });
  const odd: unknown[] = [];
  for (const [method, path] of writesOf(createRoutes(app).routes)) {
    const { status } = await app.send(token, method, path, {});
    const let_in = may("agent", neededRight(method, path));
    // Let in, it may still be refused for what it says; never for lack of a right to say it.
    if (!let_in && status !== 403) odd.push([method, path, status]);
  }
  assertEquals(odd, []);
});

const TABLE: readonly [Role, Readonly<Record<string, boolean>>][] = [
  ["viewer", { read: true, run: false, override: false, keys: false, settings: false }],
  ["agent", { read: true, run: false, override: false, keys: false, settings: false }],
  ["member", { read: true, run: true, override: false, keys: false, settings: false }],
  ["operator", { read: true, run: true, override: true, keys: false, settings: false }],
  ["admin", { read: true, run: true, override: true, keys: true, settings: true }],
  ["owner", { read: true, run: true, override: true, keys: true, settings: true }],
];

const TRIES: readonly [string, string, string, unknown][] = [
  ["read", "GET", "/api/v1/runs", undefined],
  ["run", "POST", "/api/v1/sessions", {}],
  ["override", "POST", "/api/v1/runs/x/steps/y/override", { output: 1 }],
  ["keys", "GET", "/api/v1/keys", undefined],
  ["settings", "PATCH", "/api/v1/settings/coordination", {}],
];

for (const [role, expected] of TABLE) {
  Deno.test(`role ${role} may ${Object.keys(expected).filter((k) => expected[k])}`, async () => {
    await using app = await keyedApp();
    const { token } = role === "owner"
      ? { token: ADMIN_KEY }
      : await app.newKey({ role, ...(role === "agent" && { agentId: "phoenix" }) });
    const seen: Record<string, boolean> = {};
    for (const [what, method, path, body] of TRIES) {
      seen[what] = (await app.send(token, method, path, body)).status !== 403;
    }
    assertEquals(seen, expected);
  });
}

Deno.test("a refusal names the role one has and the role it takes", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "member" });
  const { status, body } = await app.send(token, "GET", "/api/v1/keys");
  assertEquals([status, body.code], [403, "forbidden"]);
  assertStringIncludes(body.detail, 'Role "member"');
  assertStringIncludes(body.detail, '"admin"');
});

Deno.test("a refused write with an Idempotency-Key stores nothing", async () => {
  await using app = await keyedApp();
  const viewer = await app.newKey({ role: "viewer" });
  const headers = { "idempotency-key": "same" };
  const refused = await app.send(viewer.token, "POST", "/api/v1/sessions", {}, headers);
  const member = await app.newKey({ role: "member" });
  const done = await app.send(member.token, "POST", "/api/v1/sessions", {}, headers);
  assertEquals([refused.status, done.status], [403, 201]);
});

Deno.test("a viewer's frame over a WebSocket posts nothing, a member's does", async () => {
  await using app = await keyedApp();
  for (const role of ["viewer", "member"] as const) {
    const { token } = await app.newKey({ role });
    await using socket = await connect({ url: app.url, key: token, agentId: role }).socket();
    const frames = socket[Symbol.asyncIterator]();
    await frames.next();
    socket.send("chat", { author: role, message: `from ${role}` });
    const told = role === "viewer" ? "error" : "chat";
    while ((await frames.next()).value!.type !== told);
  }
  const { body } = await app.send(ADMIN_KEY, "GET", "/coordinator/chat");
  assertEquals(body.messages.map(({ author }: { author: string }) => author), ["member"]);
});

Deno.test("a viewer's call of an MCP tool that writes is refused, one that reads is not", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "viewer" });
  const call = async (args: Record<string, unknown>) => {
    const headers = { accept: "application/json, text/event-stream" };
    const params = { name: "group-chat", arguments: { agentId: "phoenix", ...args } };
    const request = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
    return JSON.stringify((await app.send(token, "POST", "/mcp", request, headers)).body);
  };
  const isError = /isError\\?":true/;
  assertMatch(await call({ action: "post", message: "x" }), isError);
  assertEquals(isError.test(await call({ action: "read" })), false);
  assertEquals((await app.send(ADMIN_KEY, "GET", "/coordinator/chat")).body.messages, []);
});
